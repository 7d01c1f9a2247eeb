package io.agentdb.sync.mesh;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.mesh.MarkedWrites.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What was acknowledged in a schedule, and whether all of it can be accounted for in the end. Not thread-safe. */
final class Ledger {

    /** One of the two versions of a logged conflict. */
    private record Side(UUID record, String marker, boolean deleted, Map<String, Long> context) { }

    private static final String SIDES = """
            select record_id, side -> 'content' ->> '%s', (side ->> 'deleted')::boolean, side -> 'context'
            from conflicts cross join lateral (values (local), (remote)) as sides (side)
            where kind = '%s' and record_id = any (?)
            """;

    private final List<Write> writes = new ArrayList<>();

    void acknowledged(List<Write> more) {
        writes.addAll(more);
    }

    int size() {
        return writes.size();
    }

    /** What is wrong on nodes that hold the same; empty if nothing is. */
    List<String> complaints(List<TestNode> nodes) {
        Map<UUID, String> live = new HashMap<>();
        List<Side> sides = new ArrayList<>();
        Map<Kind, List<Subject>> kinds = writes.stream().map(Write::subject).distinct()
                .collect(Collectors.groupingBy(Subject::kind));
        kinds.forEach((kind, subjects) -> {
            UUID[] ids = subjects.stream().map(Subject::id).toArray(UUID[]::new);
            String marked = subjects.get(0).marked();
            nodes.get(0).jdbc().query("select id, " + marked + " from " + kind + " where id = any (?)",
                    row -> { live.put(row.getObject(1, UUID.class), row.getString(2)); }, (Object) ids);
            nodes.forEach(node -> sides.addAll(node.jdbc().query(SIDES.formatted(marked, kind),
                    (row, i) -> new Side(row.getObject(1, UUID.class), row.getString(2), row.getBoolean(3),
                            MarkedWrites.context(row.getString(4))), (Object) ids)));
        });
        return complaints(live, sides.stream().collect(Collectors.groupingBy(Side::record)));
    }

    private List<String> complaints(Map<UUID, String> live, Map<UUID, List<Side>> conflicts) {
        List<String> complaints = new ArrayList<>();
        Set<String> written = new HashSet<>();
        Set<String> replaced = new HashSet<>();
        writes.forEach(write -> {
            written.add(write.marker());
            replaced.add(write.replaced());
        });
        for (Write write : writes) {
            String now = live.get(write.subject().id());
            List<Side> sides = conflicts.getOrDefault(write.subject().id(), List.of());
            boolean known = write.marker() == null
                    ? now == null || accounted(write, sides) || writes.stream()
                    .anyMatch(other -> alike(write, other) && accounted(other, sides))
                    : write.marker().equals(now) || replaced.contains(write.marker())
                            || sides.stream().anyMatch(side -> write.marker().equals(side.marker()));
            if (!known) {
                complaints.add("vanished: " + write + ", while the record is " + now);
            }
            if (now != null && now.equals(write.replaced())
                    && sides.stream().noneMatch(side -> write.seenBy(side.context()))) {
                complaints.add("came back: " + now + ", though it was replaced by " + write);
            }
        }
        Collection<String> foreign = new HashSet<>(live.values());
        foreign.removeAll(written);
        foreign.forEach(marker -> complaints.add("was never acknowledged, but is there: " + marker));
        return complaints;
    }

    /** Somebody wrote the record anew who had seen the deletion, or it lost a conflict. */
    private boolean accounted(Write deletion, List<Side> sides) {
        return sides.stream().anyMatch(side -> side.deleted() && deletion.seenBy(side.context()))
                || writes.stream().anyMatch(later -> later.marker() != null
                        && later.subject().equals(deletion.subject())
                        && deletion.seenBy(later.context()));
    }

    /**
     * Two concurrent deletions of one record are the same content: that one of them stays is no conflict, and nothing
     * of the other is lost.
     */
    private static boolean alike(Write deletion, Write other) {
        return other.marker() == null && other.subject().equals(deletion.subject())
                && !deletion.seenBy(other.context()) && !other.seenBy(deletion.context());
    }
}
