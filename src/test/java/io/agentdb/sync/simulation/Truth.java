package io.agentdb.sync.simulation;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.VersionVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What a simulated schedule's writers were promised, and whether it was kept. */
final class Truth {

    /** A delete, and what it had seen of the record. */
    private record Grave(UUID id, VersionVector seen, String by) { }

    /** Every committed write's mark: on which record, and by whom. */
    private final Map<String, String> marks = new LinkedHashMap<>();
    private final Set<String> deleted = new HashSet<>();
    private final List<Grave> graves = new ArrayList<>();
    private final Set<String> takenAway = new HashSet<>();
    /** By mark, what the write added to its record's uses. */
    private final Map<String, Long> increments = new HashMap<>();
    /** Records that a database has written to which was put back without being able to tell. */
    private final Set<String> doubtful = new HashSet<>();
    private boolean copied;

    /** What was true when a backup was made. */
    record Known(Set<String> marks, int graves) { }

    void wrote(String mark, String record, SimulatedNode by, long uses) {
        marks.put(mark, record + " by " + by.name);
        increments.put(mark, uses);
    }

    void deleted(Revision past, SimulatedNode by) {
        deleted.addAll(Stamping.tags(past.content()));
        graves.add(new Grave(past.id(), past.version().context(), by.name));
    }

    Known known() {
        return new Known(Set.copyOf(marks.keySet()), graves.size());
    }

    /** A database writes to that record that went back in time and has not noticed. */
    void doubt(String record) {
        doubtful.add(record);
    }

    /**
     * What a node wrote since its backup is gone by nature.
     *
     * @param unseen whether the node cannot tell: what it writes until a peer notices may share its dots with lost
     *     writes that others hold
     */
    void wentBack(SimulatedNode node, Known then, boolean unseen) {
        copied |= unseen;
        marks.forEach((mark, where) -> {
            if (where.endsWith(" by " + node.name) && !then.marks().contains(mark)) {
                takenAway.add(mark);
            }
        });
        for (int i = then.graves(); i < graves.size(); i++) {
            if (graves.get(i).by().equals(node.name)) {
                graves.set(i, new Grave(graves.get(i).id(), VersionVector.EMPTY, node.name));
            }
        }
    }

    /**
     * Whether a version is of the future that a copied data directory has lost: who knew the copy before it was noticed
     * may count as knowing it, and is not told (docs/consistency.md).
     */
    boolean inDoubt(Revision revision) {
        return copied && takenAway.stream().anyMatch(mark -> has(revision, mark));
    }

    /** @return what is wrong with that memory; null if nothing is */
    String check(Map<String, Content> last, SimulatedNode node, List<Conflict> logged, boolean merging) {
        for (Map.Entry<String, String> mark : marks.entrySet()) {
            String name = mark.getValue().split(" ")[0];
            boolean there = last.containsKey(name) && Stamping.tags(last.get(name)).contains(mark.getKey());
            if (!doubtful.contains(name) && !there && !deleted.contains(mark.getKey())
                    && !takenAway.contains(mark.getKey())
                    && logged.stream().noneMatch(conflict -> has(conflict.local(), mark.getKey())
                            || has(conflict.remote(), mark.getKey()))) {
                return "write " + mark + " vanished without a trace";
            }
        }
        for (Map.Entry<String, Content> record : last.entrySet()) {
            UUID id = Stamping.id(record.getKey());
            Dot dot = node.rows.find(id).version().dot();
            if (graves.stream().anyMatch(grave -> grave.id().equals(id) && grave.seen().contains(dot))) {
                return record.getKey() + " was deleted and is back: " + Stamping.tags(record.getValue());
            }
            if (!marks.keySet().containsAll(Stamping.tags(record.getValue()))) {
                return record.getKey() + " is as nobody wrote it: " + Stamping.tags(record.getValue());
            }
            long uses = (Long) record.getValue().get(Stamping.USES);
            // A write that was lost counts if some peer had it, and then its mark is there.
            long counted = Stamping.tags(record.getValue()).stream()
                    .mapToLong(mark -> increments.getOrDefault(mark, 0L)).sum();
            if (merging && deleted.isEmpty() && !doubtful.contains(record.getKey()) && uses != counted) {
                return record.getKey() + " counts " + uses + " uses instead of " + counted;
            }
        }
        return null;
    }

    private static boolean has(Revision revision, String mark) {
        return !revision.deleted() && Stamping.tags(revision.content()).contains(mark);
    }
}
