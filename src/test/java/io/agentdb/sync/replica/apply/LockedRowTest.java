package io.agentdb.sync.replica.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.replica.store.PostgresTransactions;
import io.agentdb.sync.review.quarantine.QuarantineFilter;
import io.agentdb.sync.review.quarantine.QuarantineReplay;
import io.agentdb.sync.review.quarantine.QuarantineTable;
import io.agentdb.sync.review.quarantine.Quarantined;
import io.agentdb.sync.revision.Revision;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever keeps a transaction open holds up the records that it has written, and nothing else. */
class LockedRowTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");
    private final QuarantineTable table = new QuarantineTable(b.jdbc);
    private final NodeCounts inventory = new NodeCounts(b.jdbc, b.transaction);
    private final QuarantineReplay replay = new QuarantineReplay(
            new PostgresTransactions(b.jdbc, b.transaction), b.applier, table,
            revision -> revision);

    @Test
    void recordThatAnOpenTransactionHasLocked_waitsAlone_namesWhoHoldsIt_andComesInOnceThatEnds() throws SQLException {
        UUID held = a.episode("held");
        b.pull(Kind.EPISODES, a);
        a.jdbc.update("update episodes set task = 'held, changed' where id = ?", held);
        UUID behind = a.episode("behind");
        try (Connection writer = b.begin()) {
            writer.createStatement().execute("set application_name = 'somebody at a prompt'");
            writer.createStatement().execute("update episodes set critique = 'for a long time'");
            long start = System.nanoTime();
            assertThat(b.pull(Kind.EPISODES, a)).matches(applied -> applied.applied() == 1
                    && applied.quarantined() == 1);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
            assertThat(b.memory(Kind.EPISODES)).containsKey(behind);
            assertThat(setAside().code()).isEqualTo("locked");
            assertThat(setAside().reason()).contains("somebody at a prompt").contains("idle in transaction")
                    .contains("open since 20");
            assertThat(setAside().nextTry()).isEqualTo(setAside().lastAt().plusSeconds(10));
            assertThat(inventory.lockedBy()).singleElement().asString().contains("somebody at a prompt")
                    .contains("idle in transaction").contains("open since 20");
            assertThat(replay.replay(setAside().key(), b.policy).orElseThrow().code()).isEqualTo("locked");
            writer.rollback();
        }
        assertThat(replay.replay(setAside().key(), b.policy).orElseThrow().outcome())
                .isEqualTo(QuarantineReplay.ReplayResult.APPLIED);
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"insert into episodes (id, session_id, task) values ('%s', 's', 'own')",
        "insert into episodes (session_id, task, output) values ('s', 'own', 'taken')"})
    void recordThatAnotherSessionIsJustMaking_waitsAlone_andComesInOnceThatEnds(String insert) throws SQLException {
        b.jdbc.execute("create unique index somebodys_own on episodes (output)");
        UUID held = null;
        for (int i = 0; i < 20; i++) {
            UUID id = a.episode("of many");
            held = i == 12 ? id : held;
        }
        a.jdbc.update("update episodes set output = 'taken' where id = ?", held);
        try (Connection writer = b.begin()) {
            writer.createStatement().execute("set application_name = 'somebody at a prompt'");
            writer.createStatement().execute(insert.formatted(held));
            assertThat(apply()).matches(applied -> applied.applied() == 19 && applied.quarantined() == 1);
            assertThat(setAside().key().id()).isEqualTo(held);
            assertThat(setAside().code()).isEqualTo("locked");
            assertThat(setAside().reason()).contains("somebody at a prompt");
            assertThat(inventory.lockedBy()).singleElement().asString().contains("somebody at a prompt");
            writer.rollback();
        }
        assertThat(replay.replay(setAside().key(), b.policy).orElseThrow().outcome())
                .isEqualTo(QuarantineReplay.ReplayResult.APPLIED);
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
        assertThat(inventory.lockedBy()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"update episodes set critique = 'for a long time' where id = '%s'",
        "insert into episodes (id, session_id, task) values ('%s', 's', 'made anew')"})
    void claimOfARecordThatIsLocked_keepsNoOtherFromBeingBuried(String write) throws SQLException {
        UUID held = a.episode("held");
        UUID forgotten = a.episode("deleted and forgotten");
        b.pull(Kind.EPISODES, a);
        b.knowledge.raise(Map.of(Kind.EPISODES, Knowledge.of(Map.of(a.actor(), 1L << 62))));
        b.jdbc.update("delete from episodes where id = ?", forgotten);
        b.jdbc.update("delete from tombstones");
        b.jdbc.update("insert into forgotten (kind, feed_xid) values ('episodes', agentdb_xid())");
        if (write.startsWith("insert")) {
            b.jdbc.update("delete from episodes where id = ?", held);
        }
        List<Claim> claims = a.everything(Kind.EPISODES).stream()
                .map(episode -> new Claim(episode.id(), episode.version().dot())).toList();
        try (Connection writer = b.begin()) {
            writer.createStatement().execute(write.formatted(held));
            assertThat(b.held.reconcile(Kind.EPISODES, claims, Database.source(a)))
                    .isEqualTo(new Reconciled(1, Optional.empty()));
            writer.commit();
        }
        assertThat(b.everything(Kind.EPISODES)).filteredOn(Revision::deleted).extracting(Revision::id)
                .containsExactly(forgotten);
    }

    /** Nobody can see its row yet, and the session may give up: then the peer would keep for ever what was deleted. */
    @Test
    void claimOfARecordThatAnotherSessionIsJustMaking_keepsNoOtherFromBeingBuried_andHasToBeClaimedAgain()
            throws SQLException {
        for (int i = 0; i < 10; i++) {
            a.episode("deleted and forgotten");
        }
        UUID held = a.episode("deleted, forgotten and just being made");
        b.pull(Kind.EPISODES, a);
        b.knowledge.raise(Map.of(Kind.EPISODES, Knowledge.of(Map.of(a.actor(), 1L << 62))));
        b.jdbc.update("delete from episodes");
        b.jdbc.update("delete from tombstones");
        b.jdbc.update("insert into forgotten (kind, feed_xid) values ('episodes', agentdb_xid())");
        List<Claim> claims = a.everything(Kind.EPISODES).stream()
                .map(episode -> new Claim(episode.id(), episode.version().dot())).toList();
        try (Connection writer = b.begin()) {
            writer.createStatement().execute("set application_name = 'somebody at a prompt'");
            writer.createStatement().execute("insert into episodes (id, session_id, task) values ('" + held
                    + "', 's', 'made anew')");
            Reconciled first = b.held.reconcile(Kind.EPISODES, claims, Database.source(a));
            assertThat(first.buried()).isEqualTo(10);
            assertThat(first.heldUp()).hasValueSatisfying(writers ->
                    assertThat(writers).hasMessageContaining("somebody at a prompt"));
            writer.rollback();
        }
        assertThat(b.held.reconcile(Kind.EPISODES, claims, Database.source(a)))
                .isEqualTo(new Reconciled(1, Optional.empty()));
        assertThat(b.everything(Kind.EPISODES)).hasSize(11).allMatch(Revision::deleted);
    }

    @Test
    void noteThatAPeerHasRecords_leavesOutTheOneThatIsLocked() throws SQLException {
        UUID held = b.episode("held");
        UUID other = b.episode("other");
        try (Connection writer = b.begin()) {
            writer.createStatement().execute("update episodes set critique = 'for a long time' where id = '" + held
                    + "'");
            b.held.given(Kind.EPISODES, b.everything(Kind.EPISODES), Database.source(a));
            writer.rollback();
        }
        assertThat(b.jdbc.queryForList("select id from episodes where via = ?", UUID.class, a.actor().name()))
                .containsExactly(other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"share", "exclusive", "access exclusive"})
    void tableThatIsLockedWhole_failsTheBatchInBoundedTime_withWords_andSetsNothingAside(String mode)
            throws SQLException {
        a.episode("waits");
        try (Connection operator = b.begin()) {
            operator.createStatement().execute("lock table episodes in " + mode + " mode");
            long start = System.nanoTime();
            assertThatThrownBy(() -> b.pull(Kind.EPISODES, a)).hasStackTraceContaining("process ");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
            operator.rollback();
        }
        assertThat(table.list(QuarantineFilter.of(Map.of()), null, 10).items()).isEmpty();
        b.pull(Kind.EPISODES, a);
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
    }

    /** Everything at once, as a group of batches is, whoever sends it. */
    private Applied apply() {
        return b.applier.apply(Kind.EPISODES, a.everything(Kind.EPISODES), Database.source(a), b.policy);
    }

    private Quarantined setAside() {
        return table.list(QuarantineFilter.of(Map.of()), null, 10).items().get(0);
    }
}
