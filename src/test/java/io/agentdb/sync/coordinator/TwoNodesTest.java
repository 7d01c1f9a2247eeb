package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncProgress;
import io.agentdb.sync.run.SyncReport;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two whole nodes, two databases, real QUIC between them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoNodesTest {

    private TestNode a;
    private TestNode b;

    @BeforeAll
    void start() {
        a = TestNode.start("a");
        b = TestNode.start("b");
    }

    @BeforeEach
    void empty() {
        for (Kind kind : Kind.ALL) {
            a.jdbc().update("delete from " + kind);
        }
        synced();
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void writesUpdatesAndDeletesOnBothSides_endEqual() {
        UUID mine = a.episode("by a");
        UUID theirs = b.episode("by b");
        a.jdbc().update("insert into skills (name, uses) values ('fib', 1)");
        b.jdbc().update("insert into edges (from_id, relationship, to_id) values (gen_random_uuid(), 'prerequisite',"
                + " gen_random_uuid())");
        SyncReport report = synced();
        assertThat(report.itemsPushed()).isEqualTo(2);
        assertThat(report.itemsPulled()).isEqualTo(2);
        a.jdbc().update("update episodes set task = 'changed by a' where id = ?", theirs);
        b.jdbc().update("delete from episodes where id = ?", mine);
        synced();
        assertThat(b.jdbc().queryForList("select task from episodes", String.class)).containsExactly("changed by a");
    }

    @Test
    void secondSync_sendsNothing() {
        a.episode("by a");
        b.episode("by b");
        synced();
        SyncReport again = synced();
        assertThat(again.itemsPushed() + again.itemsPulled() + again.itemsKnown()).isZero();
        SyncReport back = b.sync(a);
        assertThat(back.itemsPushed() + back.itemsPulled() + back.itemsKnown()).isZero();
    }

    @Test
    void concurrentEdits_areEqualAfterOneRun_whoeverIsLater() {
        UUID first = a.episode("one");
        UUID second = a.episode("two");
        UUID deleted = a.episode("three");
        synced();
        a.jdbc().update("update episodes set task = 'a, earlier' where id = ?", first);
        b.jdbc().update("update episodes set task = 'b, later' where id = ?", first);
        b.jdbc().update("update episodes set task = 'b, earlier' where id = ?", second);
        a.jdbc().update("update episodes set task = 'a, later' where id = ?", second);
        a.jdbc().update("delete from episodes where id = ?", deleted);
        b.jdbc().update("update episodes set task = 'b, after the delete' where id = ?", deleted);
        SyncReport report = synced();
        assertThat(report.conflictsDetected()).isEqualTo(3);
        assertThat(a.jdbc().queryForList("select task from episodes", String.class))
                .containsExactlyInAnyOrder("b, later", "a, later", "b, after the delete");
        assertThat(a.jdbc().queryForObject("select count(*) from conflicts where record_id = ? and outcome = 'remote'"
                + " and local -> 'content' ->> 'task' = 'a, earlier' and remote -> 'content' ->> 'task' = 'b, later'",
                Integer.class, first)).isEqualTo(1);
    }

    @Test
    void sameSkillMadeOnBothSides_isOneRecord() {
        a.jdbc().update("insert into skills (name, description) values ('fib', 'by a')");
        b.jdbc().update("insert into skills (name, description) values ('fib', 'by b')");
        SyncReport report = synced();
        assertThat(report.conflictsDetected()).isEqualTo(1);
        assertThat(a.jdbc().queryForList("select description from skills", String.class)).containsExactly("by b");
    }

    @Test
    void writerThatCommitsLate_losesNothing() throws Exception {
        try (Connection writer = a.jdbc().getDataSource().getConnection()) {
            writer.setAutoCommit(false);
            try (Statement statement = writer.createStatement()) {
                statement.execute(
                        "insert into episodes (session_id, task) values ('s', 'begun first, committed last')");
                a.episode("committed meanwhile");
                assertThat(a.sync(b).success()).isTrue();
                assertThat(b.sync(a).success()).isTrue();
                writer.commit();
            }
        }
        a.episode("committed afterwards");
        synced();
        assertThat(b.jdbc().queryForObject("select count(*) from episodes", Integer.class)).isEqualTo(3);
    }

    @Test
    void selectiveSync_sendsWhatItNames_andTheRestComesWithTheNextWhole() {
        a.jdbc().update("insert into episodes (session_id, task) values ('s1', 'chosen'), ('s2', 'left out')");
        Selection selection = new Selection(null, "s1", null, null, null, null);
        RunOptions options = new RunOptions(List.of(Kind.EPISODES), selection, null, null);
        assertThat(a.sync(a.peer(b), options).itemsPushed()).isEqualTo(1);
        SyncReport again = a.sync(a.peer(b), options);
        assertThat(again.itemsPushed() + again.itemsKnown()).isZero();
        assertThat(b.jdbc().queryForList("select task from episodes", String.class)).containsExactly("chosen");
        synced();
        assertThat(b.jdbc().queryForObject("select count(*) from episodes", Integer.class)).isEqualTo(2);
    }

    @Test
    void manyRecordsInSmallBatches_arriveAll_inBothDirections() {
        a.jdbc().update("insert into episodes (session_id, task, input) select 'a', 'task ' || i, repeat('x', i % 3000)"
                + " from generate_series(1, 5000) i");
        b.jdbc().update("insert into episodes (session_id, task, input) select 'b', 'task ' || i, repeat('y', i % 3000)"
                + " from generate_series(1, 5000) i");
        SyncReport report = a.sync(a.peer(b), new RunOptions(null, null, null, 7));
        assertThat(report.errors()).isEmpty();
        assertThat(report.itemsPushed()).isEqualTo(5000);
        assertThat(report.itemsPulled()).isEqualTo(5000);
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @Test
    void restartedPeer_isFoundAgain() {
        synced();
        b.restart();
        a.episode("after the restart");
        synced();
    }

    @Test
    void phases_comeInTheOrderOfTheSeed() {
        a.episode("x");
        SyncRun run = a.bean(SyncCoordinator.class).start(a.peer(b), RunOptions.DEFAULT);
        org.assertj.core.api.Assertions.assertThatCode(() -> run.await(java.time.Duration.ofSeconds(30)))
                .doesNotThrowAnyException();
        assertThat(run.history()).extracting(SyncProgress::phase)
                .containsExactly(Phase.DETECTING, Phase.PUSHING, Phase.PULLING, Phase.RESOLVING, Phase.APPLYING,
                        Phase.COMPLETED);
    }

    private SyncReport synced() {
        SyncReport report = a.sync(b);
        assertThat(report.errors()).isEmpty();
        assertThat(a.digests()).isEqualTo(b.digests());
        return report;
    }
}
