package io.agentdb.sync.web.review;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.review.quarantine.Quarantined;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Hlc;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A version in quarantine.
 *
 * @param peer the node that it came from
 * @param code why it is here, for programs
 * @param version absent in lists
 */
record QuarantineView(String kind, UUID id, String actor, long counter, String peer, String code, String reason,
        Instant firstAt, Instant lastAt, int attempts, Instant nextTry, @Nullable QuarantinedVersion version) {

    /**
     * @param writtenAt its hybrid time
     * @param context per actor, the highest counter that the version has seen
     * @param record absent if this version is a delete; its JSON fields are shown as texts, since they may not be JSON
     */
    record QuarantinedVersion(Instant writtenAt, Map<String, Long> context, boolean choice, boolean deleted,
            @Nullable Map<String, Object> record) { }

    static QuarantineView of(Quarantined found) {
        return of(found, (QuarantinedVersion) null);
    }

    /** Of a version that cannot be read there is nothing to show but the reason. */
    static QuarantineView of(Quarantined found, Revision revision) {
        if (revision.unreadable() != null) {
            return of(found);
        }
        Map<String, Long> context = new TreeMap<>();
        revision.version().context().counters().forEach((actor, counter) -> context.put(actor.name(), counter));
        return of(found, new QuarantinedVersion(Hlc.instant(revision.version().hlc()), context,
                revision.version().choice(), revision.deleted(), revision.deleted() ? null : record(revision)));
    }

    private static QuarantineView of(Quarantined found, @Nullable QuarantinedVersion version) {
        Quarantined.QuarantineKey key = found.key();
        return new QuarantineView(key.kind().name(), key.id(), key.write().actor().name(), key.write().counter(),
                found.peerNode().name(), found.code(), found.reason(), found.firstAt(), found.lastAt(),
                found.attempts(),
                        found.nextTry(), version);
    }

    private static Map<String, Object> record(Revision revision) {
        Kind kind = revision.kind();
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("id", revision.id());
        for (int i = 0; i < kind.columns().size(); i++) {
            Column column = kind.columns().get(i);
            if (revision.fields().get(i) != null) {
                record.put(Shape.field(column), revision.fields().get(i));
            }
        }
        return record;
    }
}
