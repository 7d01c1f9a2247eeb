package io.agentdb.sync.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whoever keeps a transaction open holds up the records that it has written, and nothing else. */
class LockedRowTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");
    private final QuarantineTable table = new QuarantineTable(b.jdbc);
    private final QuarantineReplay replay = new QuarantineReplay(new PostgresTransactions(b.jdbc, b.transaction), b.applier, table,
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
            assertThat(b.pull(Kind.EPISODES, a)).matches(applied -> applied.applied() == 1 && applied.quarantined() == 1);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
            assertThat(b.memory(Kind.EPISODES)).containsKey(behind);
            assertThat(setAside().code()).isEqualTo("locked");
            assertThat(setAside().reason()).contains("somebody at a prompt").contains("idle in transaction").contains("open since 20");
            assertThat(setAside().nextTry()).isEqualTo(setAside().lastAt().plusSeconds(10));
            assertThat(replay.replay(setAside().key(), b.policy).orElseThrow().code()).isEqualTo("locked");
            writer.rollback();
        }
        assertThat(replay.replay(setAside().key(), b.policy).orElseThrow().outcome()).isEqualTo(QuarantineReplay.Outcome.APPLIED);
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
    }

    @Test
    void tableThatIsLockedWhole_failsTheBatchInBoundedTime_withWords_andSetsNothingAside() throws SQLException {
        a.episode("waits");
        try (Connection operator = b.begin()) {
            operator.createStatement().execute("lock table episodes in exclusive mode");
            long start = System.nanoTime();
            assertThatThrownBy(() -> b.pull(Kind.EPISODES, a)).hasStackTraceContaining("process ");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
            operator.rollback();
        }
        assertThat(table.list(QuarantineFilter.of(Map.of()), null, 10)).isEmpty();
        b.pull(Kind.EPISODES, a);
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
    }

    private Quarantined setAside() {
        return table.list(QuarantineFilter.of(Map.of()), null, 10).get(0);
    }
}
