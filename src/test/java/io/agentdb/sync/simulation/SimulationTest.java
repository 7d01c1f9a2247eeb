package io.agentdb.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.simulation.SimulatedMesh.Link;
import io.agentdb.sync.simulation.SimulatedMesh.Topology;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random schedules of many nodes on the product's own replication code, with a store in memory.
 *
 * <p>{@code -Dsimulation.schedules=N -Dsimulation.seed=FIRST} runs others; a failure names its seed and prints its
 * schedule.
 */
class SimulationTest {

    private static final Set<Rule> ALL = EnumSet.allOf(Rule.class);

    @Test
    void anySchedule_endsEqual_losesNothing_andBringsNothingBack() {
        long first = Long.getLong("simulation.seed", 1);
        long schedules = Long.getLong("simulation.schedules", 2_000);
        String failure = LongStream.range(first, first + schedules).parallel().mapToObj(seed -> attempt(seed, ALL))
                .filter(wrong -> wrong != null)
                .findFirst().orElse(null);
        assertThat(failure).isNull();
    }

    /** A simulator that cannot notice a missing rule proves nothing. */
    @ParameterizedTest
    @EnumSource(value = Rule.class, names = {"BURIAL", "REWRITE", "WAITING", "BESIDE", "PERMITTED", "ASKED", "CREDIBLE",
        "ANSWERING"}, mode = EnumSource.Mode.EXCLUDE)
    void withoutARule_someScheduleFails(Rule rule) {
        Set<Rule> others = EnumSet.complementOf(EnumSet.of(rule));
        String failure = LongStream.range(rule.seed, rule.seed + 20_000).mapToObj(seed -> attempt(seed, others))
                .filter(wrong -> wrong != null)
                .findFirst().orElse(null);
        assertThat(failure).as("what fails without %s", rule).isNotNull();
    }

    /**
     * Among random schedules too rare to be found: whoever has forgotten a tombstone counts as knowing it, and others
     * still have it.
     */
    @ParameterizedTest
    @EnumSource(value = Rule.class, names = {"BURIAL", "FENCE"})
    void deletionThatWins_isToldToWhoHasForgottenItsTombstone(Rule without) {
        Iterator<Duration> skews = List.of(Duration.ZERO, Duration.ofDays(-1), Duration.ZERO, Duration.ZERO).iterator();
        SimulatedMesh mesh = new SimulatedMesh(4, Topology.FULL, EnumSet.complementOf(EnumSet.of(without)),
                () -> ConflictStrategy.LATEST_WINS, skews::next);
        SimulatedNode forgetful = mesh.nodes.get(0);
        SimulatedNode late = mesh.nodes.get(1);
        SimulatedNode keeper = mesh.nodes.get(2);
        SimulatedNode between = mesh.nodes.get(3);
        write(forgetful, Stamping.skill("r", "made", 0, List.of()));
        write(forgetful, null);
        mesh.sync(new Link(forgetful, keeper), 10);
        forgetful.ledger.dropTombstones(Long.MAX_VALUE, Long.MAX_VALUE);
        mesh.sync(new Link(late, forgetful), 10);
        write(late, Stamping.skill("r", "made anew, by a clock that is behind", 0, List.of()));
        mesh.sync(new Link(late, between), 10);
        mesh.sync(new Link(between, keeper), 10);
        // Late has no link to the keeper: who is between them has to tell.
        mesh.sync(new Link(between, late), 10);
        mesh.sync(new Link(late, between), 10);
        assertThat(between.rows.find(Stamping.id("r")).deleted()).as("the deletion is the later event").isTrue();
        assertThat(late.rows.find(Stamping.id("r")).deleted()).isEqualTo(without != Rule.BURIAL);
    }

    /**
     * Among random schedules rare as well: what is written on a directory that was put back has dots that the peer
     * knows on another record.
     */
    @ParameterizedTest
    @EnumSource(value = Rule.class, names = {"REWRITE", "BURIAL"})
    void writeOnADirectoryThatWasPutBack_reachesThePeerThatKnowsItsDot(Rule without) {
        SimulatedMesh mesh = new SimulatedMesh(2, Topology.PAIR, EnumSet.complementOf(EnumSet.of(without)),
                () -> ConflictStrategy.MERGE,
                () -> Duration.ZERO);
        SimulatedNode a = mesh.nodes.get(0);
        SimulatedNode b = mesh.nodes.get(1);
        write(a, Stamping.skill("r", "first", 1, List.of("first")));
        mesh.sync(new Link(a, b), 10);
        MemoryRows rows = a.rows.backup();
        MemoryLedger ledger = a.ledger.backup(rows);
        write(a, "lost", Stamping.skill("lost", "lost", 1, List.of("lost")));
        mesh.sync(new Link(a, b), 10);
        a.restore(rows, ledger, SimulatedNode.Way.DIRECTORY);
        write(a, "new", Stamping.skill("new", "new", 1, List.of("new")));
        mesh.sync(new Link(a, b), 10);
        assertThat(b.rows.find(Stamping.id("new")) != null).isEqualTo(without != Rule.REWRITE);
        assertThat(a.rows.find(Stamping.id("lost"))).isNotNull();
        assertThat(a.rows.find(Stamping.id("r")).version().dot().actor()).as("no dot of before is given up")
                .isNotEqualTo(a.actor());
    }

    /**
     * Too rare among random schedules, as the one above: what is set aside is known, and not here, and was not deleted.
     */
    @ParameterizedTest
    @EnumSource(value = Rule.class, names = {"WAITING", "FENCE"})
    void recordThatWasSetAside_isNotBuried_whenItComesAgain(Rule without) {
        SimulatedMesh mesh = new SimulatedMesh(2, Topology.PAIR, EnumSet.complementOf(EnumSet.of(without)),
                () -> ConflictStrategy.LATEST_WINS,
                () -> Duration.ZERO);
        SimulatedNode refusing = mesh.nodes.get(0);
        SimulatedNode writer = mesh.nodes.get(1);
        refusing.rows.poison = "poison";
        write(refusing, Stamping.skill("r", "made", 0, List.of()));
        write(refusing, null);
        refusing.ledger.dropTombstones(Long.MAX_VALUE, Long.MAX_VALUE);
        write(writer, Stamping.skill("r", "poison", 0, List.of()));
        mesh.sync(new Link(refusing, writer), 10);
        refusing.deliver(List.of(writer.rows.find(Stamping.id("r"))), new BatchOrigin(writer.nodeId(), writer.actor()));
        mesh.sync(new Link(refusing, writer), 10);
        assertThat(writer.rows.find(Stamping.id("r")).deleted()).isEqualTo(without == Rule.WAITING);
    }

    /**
     * Too rare, as the two above: who is called keeps its deletion, forgets it, and is told of what the other has not
     * decided.
     */
    @ParameterizedTest
    @EnumSource(value = Rule.class, names = {"BESIDE", "FENCE"})
    void recordOfAnOpenConflict_isNotBuriedByWhoHasForgottenItsDeletion(Rule without) {
        Iterator<ConflictStrategy> strategies = List.of(
                ConflictStrategy.LATEST_WINS, ConflictStrategy.MANUAL, ConflictStrategy.LATEST_WINS)
                .iterator();
        SimulatedMesh mesh = new SimulatedMesh(3, Topology.FULL, EnumSet.complementOf(EnumSet.of(without)),
                strategies::next,
                () -> Duration.ZERO);
        SimulatedNode deleting = mesh.nodes.get(0);
        SimulatedNode undecided = mesh.nodes.get(1);
        SimulatedNode third = mesh.nodes.get(2);
        write(undecided, Stamping.skill("r", "made", 0, List.of()));
        mesh.sync(new Link(deleting, undecided), 10);
        write(deleting, null);
        write(undecided, Stamping.skill("r", "updated", 0, List.of()));
        mesh.sync(new Link(undecided, deleting), 10);
        deleting.ledger.retire(undecided.nodeId());
        deleting.ledger.dropTombstones(Long.MAX_VALUE, Long.MAX_VALUE);
        mesh.sync(new Link(third, undecided), 10);
        mesh.sync(new Link(third, deleting), 10);
        assertThat(third.rows.find(Stamping.id("r")).deleted()).isEqualTo(without == Rule.BESIDE);
    }

    private static void write(SimulatedNode node, Content content) {
        write(node, "r", content);
    }

    private static void write(SimulatedNode node, String name, Content content) {
        long transaction = node.rows.begin();
        node.rows.write(transaction, Stamping.id(name), content);
        node.rows.commit(transaction);
    }

    /** @return null if all is well */
    private static String attempt(long seed, Set<Rule> rules) {
        Simulation simulation = new Simulation(seed, rules);
        String wrong;
        try {
            wrong = simulation.run();
        } catch (RuntimeException e) {
            wrong = e + " at " + e.getStackTrace()[0];
        }
        return wrong == null ? null : "seed " + seed + ": " + wrong + "\n" + String.join("\n", simulation.schedule());
    }
}
