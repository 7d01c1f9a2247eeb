package io.agentdb.sync.web.review;

import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.review.conflict.ConflictDifference;
import io.agentdb.sync.review.conflict.ConflictResolution;
import io.agentdb.sync.review.conflict.LoggedConflict;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Hlc;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A conflict with everything that a person needs to decide.
 *
 * @param peer the node that the remote version came from
 * @param result the version that came of it; absent while it is open, and if it ended elsewhere
 * @param current the record's present version
 * @param batch by which its decision can be taken back; absent if it was not decided with others
 */
record ConflictView(long id, String kind, UUID record, String peer, String strategy, String outcome, Instant detectedAt,
        @Nullable Instant resolvedAt, @Nullable String resolution, @Nullable String resolvedBy, VersionView local,
        VersionView remote,
        @Nullable VersionView result, List<ConflictDifference> differences, Current current,
        @Nullable UUID batch) {

    /**
     * @param version {@code actor:counter}
     * @param node that wrote it
     * @param writtenAt its hybrid time
     * @param context per actor, the highest counter that the version has seen
     * @param choice whether it is a side of an earlier conflict that was picked
     * @param record absent if this version is a delete
     */
    record VersionView(String version, String node, Instant writtenAt, Map<String, Long> context, boolean choice,
            boolean deleted,
            @Nullable MemoryRecord record) {
        static VersionView of(Revision revision) {
            Map<String, Long> context = new TreeMap<>();
            revision.version().context().counters().forEach((actor, counter) -> context.put(actor.name(), counter));
            Actor actor = revision.version().dot().actor();
            return new VersionView(ConflictResolution.name(revision), actor.nodeId().name(),
                    Hlc.instant(revision.version().hlc()), context, revision.version().choice(), revision.deleted(),
                    revision.deleted() ? null : Shape.of(revision.kind()).item(revision.id(), revision.fields()));
        }
    }

    /**
     * @param version {@code actor:counter}; {@code none} if there is not even a tombstone any more
     * @param deleted whether the record is not here
     */
    record Current(String version, boolean deleted) { }

    /** @param here the record's present version */
    static ConflictView of(LoggedConflict conflict, Optional<Revision> here, Optional<UUID> batch) {
        return new ConflictView(conflict.id(), conflict.kind().name(), conflict.record(), conflict.peerNode().name(),
                conflict.strategy(), conflict.outcome().label(), conflict.detectedAt(), conflict.resolvedAt(),
                conflict.resolution(), conflict.resolvedBy(), VersionView.of(conflict.local()),
                VersionView.of(conflict.remote()), conflict.result() == null ? null : VersionView.of(conflict.result()),
                ConflictDifference.of(conflict), new Current(
                        ConflictResolution.name(here), here.map(Revision::deleted).orElse(true)),
                batch.orElse(null));
    }
}
