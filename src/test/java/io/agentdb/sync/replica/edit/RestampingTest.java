package io.agentdb.sync.replica.edit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.replica.feed.UnsentTable;
import io.agentdb.sync.replica.store.PostgresTransactions;
import io.agentdb.sync.replica.store.PostgresVersions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Somebody writes the same skill on a node whose clock is three days ahead, and on others. */
class RestampingTest {

    private static final Duration AHEAD = Duration.ofDays(3);

    private final Database a = new Database("a");
    private final Database b = new Database("b");
    private final Database c = new Database("c");

    @Test
    void recordThatOthersWroteToo_endsTheSameEverywhere_andTheLaterOfTheNewTimesWins() {
        UUID id = skill(a, "by a");
        ahead(a, id);
        skill(b, "by b");
        a.pull(Kind.SKILLS, b);
        b.pull(Kind.SKILLS, a);
        c.pull(Kind.SKILLS, b);
        c.pull(Kind.SKILLS, a);
        assertThat(List.of(description(a), description(b), description(c)))
                .as("a's own won on a, and is set aside elsewhere")
                .containsExactly("by a", "by b", "by b");

        assertThat(restamp(a, id)).isTrue();
        edit(b, "by b, later");
        meet(a, b, c);
        assertThat(List.of(description(a), description(b), description(c))).containsOnly("by b, later");
        edit(c, "by c, later still");
        meet(a, b, c);
        assertThat(List.of(description(a), description(b), description(c))).containsOnly("by c, later still");
        assertThat(a.everything(Kind.SKILLS).get(0).version()).isEqualTo(c.everything(Kind.SKILLS).get(0).version());
    }

    /** What is given up (docs/consistency.md): the node took in what others set aside, and decided by its time. */
    @Test
    void recordThatANodeWhoseClockWasAheadToo_hadDecidedOn_differsThereUntilItsNextWrite() {
        UUID id = skill(a, "by a");
        ahead(a, id);
        Database alsoAhead = c;
        takeIn(alsoAhead, a);
        restamp(a, id);
        skill(b, "by b");
        takeIn(alsoAhead, b);
        b.pull(Kind.SKILLS, a);
        for (int i = 0; i < 2; i++) {
            takeIn(alsoAhead, b);
            meet(a, b);
        }
        assertThat(List.of(description(a), description(b), description(alsoAhead)))
                .containsExactly("by b", "by b", "by a");

        edit(b, "by b, again");
        takeIn(alsoAhead, b);
        meet(a, b, alsoAhead);
        assertThat(List.of(description(a), description(b), description(alsoAhead))).containsOnly("by b, again");
    }

    private static void meet(Database... nodes) {
        for (int round = 0; round < 2; round++) {
            for (Database to : nodes) {
                for (Database from : nodes) {
                    if (to != from) {
                        to.pull(Kind.SKILLS, from);
                    }
                }
            }
        }
    }

    /** Pulls as a node whose clock is ahead as well. */
    private static void takeIn(Database node, Database from) {
        new ChangeApplier(new PostgresTransactions(node.jdbc, node.transaction), new PostgresVersions(node.jdbc),
                node.cursors, node.knowledge,
                node.log, node.quarantine, new UnsentTable(node.jdbc, revision -> Optional.empty()),
                node.self, Clock.offset(Clock.systemUTC(), AHEAD))
                .apply(Kind.SKILLS, from.everything(Kind.SKILLS), Database.source(from), node.policy,
                        Optional.empty());
    }

    private static UUID skill(Database node, String description) {
        return node.jdbc.queryForObject("insert into skills (name, description) values ('s', ?) returning id",
                UUID.class, description);
    }

    private static void edit(Database node, String description) {
        node.jdbc.update("update skills set description = ?", description);
    }

    private static void ahead(Database node, UUID id) {
        node.jdbc.execute(
                """
                set agentdb.applying = 'on'; update skills set hlc = hlc + (%d::bigint << 16) where id = '%s';
                reset agentdb.applying""".formatted(AHEAD.toMillis(), id));
    }

    private static boolean restamp(Database node, UUID id) {
        return new Restamping(node.jdbc, new PostgresTransactions(node.jdbc, node.transaction),
                new PostgresVersions(node.jdbc), node.self)
                .restamp(Kind.SKILLS, id).isPresent();
    }

    private static String description(Database node) {
        return node.jdbc.queryForObject("select description from skills", String.class);
    }
}
