package io.agentdb.sync.protocol;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Cursor;
import io.agentdb.sync.replica.Revision;
import io.agentdb.sync.replica.Selection;
import io.agentdb.sync.version.Actor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What two nodes say to each other; {@code src/main/proto} is the grammar and docs/protocol.md the conversation. */
public sealed interface Message {

    /** A message that opens a request stream. */
    sealed interface Request extends Message { }

    record Hello(int version, String nodeId, Actor actor, List<String> capabilities, String token, Instant clock,
            String software) implements Message {

        /** Without the token: this must never reach a log. */
        @Override
        public String toString() {
            return "Hello[version=" + version + ", nodeId=" + nodeId + ", actor=" + actor + "]";
        }
    }

    record Welcome(int version, String nodeId, Actor actor, List<String> capabilities, Instant clock,
            String software) implements Message { }

    record Ping(long nonce) implements Message { }

    record Pong(long nonce) implements Message { }

    record GoAway(String reason) implements Message { }

    /** @param retryAfter zero when it says nothing */
    record Failure(ErrorCode code, String message, Duration retryAfter) implements Message { }

    /** @param batchRecords records per batch, 0 to leave it to the server */
    record PullRequest(Map<Kind, Cursor> from, Selection selection, int batchRecords) implements Request { }

    record PullStart(Map<Kind, Long> totals) implements Message { }

    /** @param next where the reader stands once the batch is applied; null in a {@link BatchAck} */
    record Batch(Kind kind, List<Revision> records, Cursor next) implements Message { }

    record PullEnd(Map<Kind, Cursor> reached) implements Message { }

    record PushRequest(List<Kind> kinds, Selection selection) implements Request { }

    record PushReady(Map<Kind, Cursor> read) implements Message { }

    /** @param more whether further acks of the same batch follow */
    record BatchAck(int applied, int known, int quarantined, Kind kind, List<Revision> concurrent, boolean more) implements Message { }

    record PushEnd() implements Message { }

    record PushDone() implements Message { }
}
