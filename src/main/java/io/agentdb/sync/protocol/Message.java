package io.agentdb.sync.protocol;

import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.digest.IdRange;
import io.agentdb.sync.replica.digest.RangeDigest;
import io.agentdb.sync.replica.digest.RecordDigest;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What two nodes say to each other; {@code src/main/proto} is the grammar and docs/protocol.md the conversation. */
public sealed interface Message {

    /** A message that opens a request stream. */
    sealed interface Request extends Message { }

    record Hello(int version, NodeId nodeId, Actor actor, List<String> capabilities, String token, Instant clock,
            String software) implements Message {

        /** Without the token: this must never reach a log. */
        @Override
        public String toString() {
            return "Hello[version=" + version + ", nodeId=" + nodeId + ", actor=" + actor + "]";
        }
    }

    /** @param granted what the client may do here */
    record Welcome(int version, NodeId nodeId, Actor actor, List<String> capabilities, Instant clock, String software,
            Permissions granted) implements Message { }

    /**
     * Instead of a hello: who has an invitation wants to become a peer.
     *
     * @param secret the invitation's
     * @param token what the other node is to show when it dials this one; the same in each try
     * @param fingerprint of this node's certificate
     * @param addresses host:port, where this node may answer
     */
    record Join(int version, String secret, NodeId nodeId, Instant clock, String token, String fingerprint,
            List<String> addresses, String software) implements Message {

        /** Without the secret and the token. */
        @Override
        public String toString() {
            return "Join[nodeId=" + nodeId + ", addresses=" + addresses + "]";
        }
    }

    /**
     * @param name what the other node calls this one
     * @param token what to show to it from now on
     * @param reached whether it has reached this one at one of its addresses
     */
    record Joined(NodeId nodeId, String name, String token, Instant clock, boolean reached) implements Message {

        /** Without the token. */
        @Override
        public String toString() {
            return "Joined[nodeId=" + nodeId + ", name=" + name + "]";
        }
    }

    /** @param reason a word of {@link JoinReason}, or one of a later release */
    record NotJoined(String reason, String message, Instant clock) implements Message { }

    record Ping(long nonce) implements Message { }

    /** @param clock the sender's; null of a release that does not tell it */
    record Pong(long nonce, @Nullable Instant clock) implements Message { }

    record GoAway(String reason) implements Message { }

    /** @param retryAfter zero when it says nothing */
    record Failure(ErrorCode code, String message, Duration retryAfter) implements Message { }

    /**
     * @param batchRecords records per batch, 0 to leave it to the server
     * @param known what the reader has from anyone
     * @param reconcile kinds of which the server shall claim what it holds
     * @param live whether the server goes on after its end, whenever there is more
     */
    record PullRequest(Map<Kind, Cursor> from, Selection selection, int batchRecords, Map<Kind, Knowledge> known,
            List<Kind> reconcile, boolean live) implements Request {

        public PullRequest(Map<Kind, Cursor> from, Selection selection, int batchRecords) {
            this(from, selection, batchRecords, Map.of(), List.of());
        }

        public PullRequest(Map<Kind, Cursor> from, Selection selection, int batchRecords, Map<Kind, Knowledge> known,
                List<Kind> reconcile) {
            this(from, selection, batchRecords, known, reconcile, false);
        }
    }

    /** @param missed kinds of which the reader stands below a tombstone that was dropped */
    record PullStart(Map<Kind, Long> totals, List<Kind> missed) implements Message {

        public PullStart(Map<Kind, Long> totals) {
            this(totals, List.of());
        }
    }

    /**
     * @param next where the reader stands once the batch is applied; empty of records that do not come in a feed's
     *     order
     * @param embeddings of some of the records; no part of their versions, and not sent to who does not know of them
     */
    record Batch(Kind kind, List<Revision> records, Optional<Cursor> next, List<Kept> embeddings) implements Message {

        public Batch(Kind kind, List<Revision> records, Optional<Cursor> next) {
            this(kind, records, next, List.of());
        }

        /** A stretch of a feed. */
        public Batch(Kind kind, List<Revision> records, Cursor next) {
            this(kind, records, Optional.of(next));
        }

        /** Records in no feed's order. */
        public Batch(Kind kind, List<Revision> records) {
            this(kind, records, Optional.empty());
        }
    }

    /**
     * @param told what the reader now has too
     * @param behind how long before this pull the oldest write may have been committed that it has not shown
     */
    record PullEnd(Map<Kind, Cursor> reached, Map<Kind, Knowledge> told, Duration behind) implements Message {

        public PullEnd(Map<Kind, Cursor> reached) {
            this(reached, Map.of(), Duration.ZERO);
        }
    }

    /**
     * @param meeting ordinal of this meeting with this incarnation of the server, as the client counts them; 0 if it
     *     does not count
     * @param confirmed the last that the server has answered
     * @param heard the last that the server began and the client has heard of
     * @param live whether the client goes on after the server's answer to its end, whenever there is more
     */
    record PushRequest(List<Kind> kinds, Selection selection, long meeting, long confirmed, long heard, boolean live)
            implements Request {

        public PushRequest(List<Kind> kinds, Selection selection, long meeting, long confirmed, long heard) {
            this(kinds, selection, meeting, confirmed, heard, false);
        }

        /** The same, staying open. */
        public PushRequest staying() {
            return new PushRequest(kinds, selection, meeting, confirmed, heard, true);
        }

        public PushRequest(List<Kind> kinds, Selection selection) {
            this(kinds, selection, 0, 0, 0);
        }
    }

    /**
     * @param known what the server has from anyone
     * @param met the last meeting that the server began and the client has answered
     */
    record PushReady(Map<Kind, Cursor> read, Map<Kind, Knowledge> known, long met) implements Message {

        public PushReady(Map<Kind, Cursor> read) {
            this(read, Map.of(), 0);
        }
    }

    /**
     * @param concurrent the server's versions of records of the batch's kind that both sides have changed
     * @param more whether further acks of the same batch follow
     */
    record BatchAck(int applied, int known, int quarantined, List<Revision> concurrent, boolean more)
            implements Message { }

    /** @param told what the server now has too */
    record PushEnd(Map<Kind, Knowledge> told) implements Message {

        public PushEnd() {
            this(Map.of());
        }
    }

    record PushDone() implements Message { }

    record ClaimRequest(List<Kind> kinds) implements Request { }

    record ClaimReady(Map<Kind, Knowledge> known) implements Message { }

    record Claims(Kind kind, List<Claim> claims) implements Message { }

    record ClaimEnd() implements Message { }

    record ClaimDone(int deleted) implements Message { }

    /** Opens a comparison of one kind: queries follow, until {@link VerifyEnd}. */
    record VerifyRequest(Kind kind) implements Request { }

    /** @param ranges in the order of ids, none overlapping another */
    record DigestQuery(List<IdRange> ranges) implements Message { }

    record DigestAnswer(List<RangeDigest> digests) implements Message { }

    /** @param ranges in the order of ids, none overlapping another */
    record ItemsQuery(List<IdRange> ranges) implements Message { }

    /** @param more whether records of these ranges are left out after the last one */
    record ItemsAnswer(List<RecordDigest> items, boolean more) implements Message { }

    record FetchQuery(List<UUID> ids) implements Message { }

    record FetchEnd() implements Message { }

    record VerifyEnd() implements Message { }
}
