package io.agentdb.sync.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.ConflictSink;
import io.agentdb.sync.replica.knowledge.Unapplied.Waiting;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.Resolution;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.version.VersionVector;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of {@link ConflictSink}. */
public abstract class ConflictSinkContract extends Contract {

    private final ConflictSink conflicts = stores.conflicts();
    private final Revision ours = skill("fib", "ours", dot(me(), 5));

    protected ConflictSinkContract(Stores stores) {
        super(stores);
    }

    @Test
    void openConflict_waits_andBothSidesAreFloors() {
        park(ours, skill("fib", "theirs", dot(PEER, 7)));
        park(skill("sort", "ours", dot(me(), 6)), skill("sort", "theirs", dot(PEER, 4)));
        assertThat(undecided("fib")).containsExactly(waiting("fib", PEER, 7));
        assertThat(undecided("sort", "never")).containsExactly(waiting("sort", PEER, 4));
        assertThat(undecided("never")).isEmpty();
        assertThat(conflicts.waiting(SKILLS, List.of(id("fib")))).isEqualTo(undecided("fib"));
        assertThat(conflicts.floors(List.of(Kind.EDGES, SKILLS)))
                .isEqualTo(Map.of(Kind.EDGES, Map.of(), SKILLS, Map.of(PEER, 4L, me(), 5L)));
    }

    @Test
    void resolvedConflict_doesNotWait() {
        Revision theirs = skill("fib", "theirs", dot(PEER, 7));
        keep(new Conflict(ours, theirs, new Resolution(ours, ConflictOutcome.LOCAL)),
                new Conflict(ours, theirs, new Resolution(theirs, ConflictOutcome.REMOTE)));
        assertThat(undecided("fib")).isEmpty();
        assertThat(conflicts.floors(SKILLS)).isEmpty();
    }

    @Test
    void version_takesThePlaceOfThoseThatItKnows_andStandsBesideOthers() {
        park(ours, skill("fib", "first", dot(PEER, 7)));
        park(ours, skill("fib", "of a third", dot(THIRD, 8)));
        assertThat(undecided("fib")).containsExactlyInAnyOrder(waiting("fib", PEER, 7), waiting("fib", THIRD, 8));
        park(ours, skill("fib", "second", dot(PEER, 9), dot(PEER, 7)));
        assertThat(undecided("fib")).containsExactlyInAnyOrder(waiting("fib", PEER, 9), waiting("fib", THIRD, 8));
        park(ours, tombstone("fib", dot(THIRD, 10), dot(PEER, 9), dot(THIRD, 8)));
        assertThat(undecided("fib")).containsExactly(waiting("fib", THIRD, 10));
        assertThat(conflicts.floors(SKILLS)).isEqualTo(Map.of(THIRD, 10L, me(), 5L));
    }

    @Test
    void versionsOfOneBatch_takeEachOthersPlacesToo_inWhateverOrder() {
        Revision first = skill("fib", "first", dot(PEER, 7));
        Revision second = skill("fib", "second", dot(PEER, 9), dot(PEER, 7));
        for (List<Revision> batch : List.of(List.of(first, second), List.of(second, first))) {
            keep(batch.stream().map(theirs -> open(ours, theirs)).toArray(Conflict[]::new));
            assertThat(undecided("fib")).containsExactly(waiting("fib", PEER, 9));
        }
    }

    @Test
    void sameVersionAgain_waitsOnce_besideOursAsItIsNow() {
        Revision theirs = skill("fib", "theirs", dot(PEER, 7));
        park(ours, theirs);
        park(ours, theirs);
        assertThat(undecided("fib")).hasSize(1);
        park(skill("fib", "ours, changed", dot(me(), 8), dot(me(), 5)), theirs);
        assertThat(undecided("fib")).hasSize(1);
        assertThat(conflicts.floors(SKILLS)).isEqualTo(Map.of(PEER, 7L, me(), 8L));
        conflicts.close(SKILLS, Map.of(id("fib"), VersionVector.of(dot(PEER, 7))));
        assertThat(undecided("fib")).isEmpty();
    }

    @Test
    void conflictIsClosed_onceItsRemoteVersionIsKnownHere() {
        park(ours, skill("fib", "theirs", dot(PEER, 7)));
        park(ours, skill("fib", "of a third", dot(THIRD, 8)));
        park(skill("sort", "ours", dot(me(), 6)), skill("sort", "theirs", dot(PEER, 4)));
        conflicts.close(SKILLS, Map.of(id("fib"), VersionVector.of(dot(PEER, 6)).with(dot(THIRD, 9)),
                id("never"), VersionVector.of(dot(PEER, 9))));
        assertThat(undecided("fib", "sort"))
                .containsExactlyInAnyOrder(waiting("fib", PEER, 7), waiting("sort", PEER, 4));
        conflicts.close(SKILLS, Map.of(id("fib"), VersionVector.of(dot(PEER, 7))));
        assertThat(undecided("fib", "sort")).containsExactly(waiting("sort", PEER, 4));
        assertThat(conflicts.floors(SKILLS)).isEqualTo(Map.of(PEER, 4L, me(), 6L));
    }

    @Test
    void kindsWaitApart() {
        park(ours, skill("fib", "theirs", dot(PEER, 7)));
        assertThat(conflicts.floors(Kind.EDGES)).isEmpty();
        assertThat(conflicts.undecided(Kind.EDGES, List.of(id("fib")))).isEmpty();
        conflicts.close(Kind.EDGES, Map.of(id("fib"), VersionVector.of(dot(PEER, 7))));
        assertThat(undecided("fib")).hasSize(1);
    }

    private void park(Revision local, Revision remote) {
        keep(open(local, remote));
    }

    private void keep(Conflict... all) {
        atomically(() -> conflicts.keep(new NodeId("there"), "manual", List.of(all)));
    }

    private Set<Waiting> undecided(String... names) {
        return conflicts.undecided(SKILLS, Stream.of(names).map(Contract::id).toList());
    }
}
