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
 * @param reopened as which write the record is here since a decision was taken back; null if this is not open, or none
 *     was
 */
public record LoggedConflict(long id, Kind kind, UUID record, NodeId peerNode, String strategy, ConflictOutcome outcome,
        Revision local, Revision remote, @Nullable Revision result, Instant detectedAt, @Nullable Instant resolvedAt,
        @Nullable String resolution,
        @Nullable String resolvedBy, @Nullable Write reopened) {

    /** The same with another end. */
    LoggedConflict endedAs(ConflictOutcome end, Revision becomes) {
        return new LoggedConflict(id, kind, record, peerNode, strategy, end, local, remote, becomes, detectedAt,
                resolvedAt, resolution, resolvedBy, null);
    }

    /** As which write the conflict left the record here; empty if something else closed it. */
    Optional<Write> left() {
        if (reopened != null) {
            return Optional.of(reopened);
        }
        return Optional.ofNullable(outcome == ConflictOutcome.OPEN ? local : result)
                .map(left -> left.version().dot().write());
    }
}
