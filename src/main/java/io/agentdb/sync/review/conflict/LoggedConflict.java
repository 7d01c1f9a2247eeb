package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.version.Write;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A conflict as the log has it.
 *
 * @param peerNode the node that the remote version came from
 * @param result the version that came of it; null while it is open, or if it ended elsewhere
 * @param resolvedAt null while it is open
 * @param resolution what a person picked; null if none has decided
 * @param resolvedBy as the person called itself; may be null
 */
public record LoggedConflict(long id, Kind kind, UUID record, NodeId peerNode, String strategy, ConflictOutcome outcome,
        Revision local, Revision remote, @Nullable Revision result, Instant detectedAt, @Nullable Instant resolvedAt,
        @Nullable String resolution,
        @Nullable String resolvedBy) {

    /** As which write the conflict left the record here; empty if something else closed it. */
    Optional<Write> left() {
        return Optional.ofNullable(outcome == ConflictOutcome.OPEN ? local : result)
                .map(left -> left.version().dot().write());
    }
}
