package io.agentdb.sync.replica.apply;

import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What became of a batch.
 *
 * @param applied records that changed here; not those that stayed what they were and only became a new event
 * @param known records that were here already
 * @param quarantined records that could not be stored and were set aside
 * @param conflicts resolved here, with both versions
 * @param concurrent this node's versions of records that it left unresolved
 */
public record Applied(int applied, int known, int quarantined, List<Conflict> conflicts, List<Revision> concurrent) {

    static final Applied NOTHING = new Applied(0, 0, 0, List.of(), List.of());

    /** Records whose conflict waits for a person. */
    public Set<UUID> open() {
        return conflicts.stream().filter(conflict -> conflict.resolution().outcome() == ConflictOutcome.OPEN)
                .map(conflict -> conflict.local().id()).collect(Collectors.toSet());
    }

    Applied and(Applied other) {
        return new Applied(applied + other.applied, known + other.known, quarantined + other.quarantined,
                concat(conflicts, other.conflicts), concat(concurrent, other.concurrent));
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        List<T> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }
}
