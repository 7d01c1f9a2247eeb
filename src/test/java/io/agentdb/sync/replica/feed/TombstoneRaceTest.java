package io.agentdb.sync.replica.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Applied;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Revision;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A record is in its table or among the tombstones, never in both, whoever writes at the same time. */
class TombstoneRaceTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");

    @Test
    void insertThatWaitedForTheDelete_takesOverItsTombstone() throws Exception {
        a.jdbc.update("insert into skills (name, uses) values ('fib', 1)");
        CompletableFuture<Void> insert;
        try (Connection deleter = a.begin(); Statement statement = deleter.createStatement()) {
            statement.execute("delete from skills");
            insert = OwnThread.run(() -> a.jdbc.update(
                    "insert into skills (name, uses) values ('fib', 2)"));
            awaitBlocked(a);
            deleter.commit();
        }
        insert.get(10, TimeUnit.SECONDS);
        assertInOnePlace(a, "fib");
        Revision skill = a.everything(Kind.SKILLS).get(0);
        assertThat(skill.deleted()).isFalse();
        assertThat(skill.version().context().counters().get(a.actor())).isEqualTo(skill.version().dot().counter());
    }

    @Test
    void insertUnderAnOldSnapshot_isRefused_ratherThanOverlookingTheTombstone() throws Exception {
        a.jdbc.update("insert into skills (name) values ('fib')");
        try (Connection old = a.begin(); Statement statement = old.createStatement()) {
            old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.executeQuery("select count(*) from tombstones").close();
            a.jdbc.update("delete from skills");
            Throwable refused = catchThrowable(() -> statement.execute("insert into skills (name) values ('fib')"));
            assertThat(refused).isInstanceOfSatisfying(SQLException.class,
                    e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            old.rollback();
        }
        assertInOnePlace(a, "fib");
    }

    @Test
    void deleteFromAPeer_andALocalInsertUnderWay_noticeEachOther() throws Exception {
        b.jdbc.update("insert into skills (name, description) values ('fib', 'made and deleted on b')");
        b.jdbc.update("delete from skills");
        List<Revision> tombstone = b.everything(Kind.SKILLS);
        CompletableFuture<Applied> applying;
        try (Connection writer = a.begin(); Statement statement = writer.createStatement()) {
            statement.execute("insert into skills (name, description) values ('fib', 'made on a')");
            applying = OwnThread.get(
                    () -> a.applier.apply(Kind.SKILLS, tombstone, Database.source(b), ConflictStrategy.LATEST_WINS));
            awaitBlocked(a);
            writer.commit();
        }
        Applied applied = applying.get(10, TimeUnit.SECONDS);
        assertThat(applied.conflicts()).hasSize(1);
        assertInOnePlace(a, "fib");
    }

    @Test
    void insertFromAPeer_andALocalInsertUnderWay_areAConflict_andNoPoison() throws Exception {
        b.jdbc.update("insert into skills (name, description) values ('fib', 'made on b')");
        List<Revision> made = b.everything(Kind.SKILLS);
        CompletableFuture<Applied> applying;
        try (Connection writer = a.begin(); Statement statement = writer.createStatement()) {
            statement.execute("insert into skills (name, description) values ('fib', 'made on a')");
            applying = OwnThread.get(
                    () -> a.applier.apply(Kind.SKILLS, made, Database.source(b), ConflictStrategy.LATEST_WINS));
            awaitBlocked(a);
            writer.commit();
        }
        Applied applied = applying.get(10, TimeUnit.SECONDS);
        assertThat(applied.conflicts()).hasSize(1);
        assertThat(applied.quarantined()).isZero();
        assertInOnePlace(a, "fib");
    }

    @Test
    void localInsert_thatWaitsForAPeersDelete_takesOverItsTombstone() throws Exception {
        b.jdbc.update("insert into skills (name) values ('fib')");
        b.jdbc.update("delete from skills");
        List<Revision> tombstone = b.everything(Kind.SKILLS);
        a.transaction.executeWithoutResult(status -> {
            a.applier.apply(Kind.SKILLS, tombstone, Database.source(b), ConflictStrategy.LATEST_WINS);
            CompletableFuture<Void> insert = OwnThread.run(() -> {
                try (Connection other = a.begin(); Statement statement = other.createStatement()) {
                    statement.execute("insert into skills (name) values ('fib')");
                    other.commit();
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            awaitBlocked(a);
            assertThat(insert).isNotDone();
        });
        awaitLive(a);
        assertInOnePlace(a, "fib");
        assertThat(a.everything(Kind.SKILLS).get(0).version().context().counters()).containsKeys(a.actor(), b.actor());
    }

    @Test
    void rename_isADeleteAndACreate() {
        a.jdbc.update("insert into skills (name, uses) values ('old', 7)");
        a.jdbc.update("update skills set name = 'new'");
        b.pull(Kind.SKILLS, a);
        assertThat(b.jdbc.queryForList("select name from skills", String.class)).containsExactly("new");
        assertThat(b.everything(Kind.SKILLS)).hasSize(2).filteredOn(Revision::deleted).hasSize(1);
        a.jdbc.update("update skills set name = 'old'");
        b.pull(Kind.SKILLS, a);
        assertThat(b.jdbc.queryForList("select name from skills", String.class)).containsExactly("old");
        assertInOnePlace(b, "old");
        assertInOnePlace(b, "new");
    }

    /** Some session waits for a lock: that is the moment that the test is about. */
    private static void awaitBlocked(Database node) {
        awaitAny(node, "pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()");
    }

    private static void awaitLive(Database node) {
        awaitAny(node, "skills");
    }

    /** Asks on a thread of its own: this one's connection may be in the middle of a transaction. */
    private static void awaitAny(Database node, String rows) {
        await(rows).atMost(20, TimeUnit.SECONDS)
                .until(() -> node.jdbc.queryForList("select 1 from " + rows, Integer.class), found -> !found.isEmpty());
    }

    private static void assertInOnePlace(Database node, String skill) {
        assertThat(node.jdbc.queryForObject("""
                select (select count(*) from skills where name = ?)
                    + (select count(*) from tombstones where kind = 'skills' and id = agentdb_skill_id(?))
                """, Integer.class, skill, skill)).isEqualTo(1);
    }
}
