package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.review.quarantine.QuarantineTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The clock was three days ahead and has been set right: what was noted under it in the database is what it would have
 * left there.
 */
@Timeout(120)
class ClockSetRightTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private TestNode a;
    private TestNode b;

    @BeforeEach
    void start() {
        b = TestNode.start("b");
        a = TestNode.start("a", "agentdb.sync.auto=true", "agentdb.sync.interval=1s",
                "agentdb.sync.quarantine-interval=1s");
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void automaticSync_goesOn_andSoDoesWhatElseIsDoneOncePerNode() {
        a.bean(Peers.class).save(a.peer(b), Map.of());
        await().atMost(SOON).until(() -> a.jdbc().queryForObject("select count(*) >= 2 from shedlock where name in"
                + " ('automatic sync', 'quarantine retry')", Boolean.class));
        a.jdbc().update("update shedlock set locked_at = locked_at + interval '3 days', lock_until = lock_until +"
                + " interval '3 days'");
        a.episode("written afterwards");
        await().atMost(SOON).until(() -> b.jdbc().queryForObject("select count(*) = 1 from episodes", Boolean.class));
        await().atMost(SOON).until(() -> a.jdbc().queryForObject(
                "select lock_until < timezone('utc', now()) + interval '1 hour'"
                        + " from shedlock where name = 'quarantine retry'", Boolean.class));
    }

    @Test
    void lockThatIsHeldForAsLongAsItMayBe_isNotReleased() {
        LockProvider locks = a.bean(LockProvider.class);
        LockConfiguration task = new LockConfiguration(Instant.now(), "a task", Duration.ofMinutes(1), Duration.ZERO);
        assertThat(locks.lock(task)).isPresent();
        assertThat(locks.lock(task)).isEmpty();
        a.jdbc().update("update shedlock set lock_until = lock_until + interval '3 days' where name = 'a task'");
        assertThat(locks.lock(task)).isPresent();
        assertThat(locks.lock(task)).isEmpty();
    }

    @Test
    void peerThatFailed_isTriedAgain() {
        a.bean(Peers.class).save(a.peer(b), Map.of());
        await().atMost(SOON).until(() -> a.jdbc().queryForObject("select count(*) = 1 from sync_state", Boolean.class));
        a.jdbc().update("update sync_state set failures_in_a_row = 9, next_attempt_at = now() + interval '3 days'");
        await().atMost(SOON).until(() -> a.jdbc().queryForObject(
                "select next_attempt_at is null from sync_state", Boolean.class));
    }

    @Test
    void recordInQuarantine_isTriedAgain() {
        b.jdbc().execute("alter table episodes add constraint broken check (task <> 'poison')");
        a.episode("poison");
        assertThat(a.sync(b).success()).isTrue();
        b.jdbc().update("update quarantine set next_try = now() + interval '3 days'");
        assertThat(b.bean(QuarantineTable.class).due(10)).hasSize(1);
        b.jdbc().update("update quarantine set next_try = now() + interval '23 hours'");
        assertThat(b.bean(QuarantineTable.class).due(10)).isEmpty();
    }

    @Test
    void runsOfTheFuture_doNotPushOutThePresentOnes() {
        a.bean(SyncCoordinator.class).stopAutoSync();
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("update sync_runs set started_at = now() + interval '3 days'");
        assertThat(a.sync(b).success()).isTrue();
        a.bean(RunStore.class).prune(Instant.EPOCH, 1);
        assertThat(a.jdbc().queryForObject("select count(*) = 1 and bool_and(started_at <= now()) from sync_runs",
                Boolean.class)).isTrue();
    }

    @Test
    void inSyncAsOf_isNotInTheFuture() {
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("update sync_state set in_sync_as_of = now() + interval '3 days'");
        assertThat(a.sync(b).success()).isTrue();
        assertThat(a.jdbc()
                .queryForObject("select in_sync_as_of between now() - interval '1 minute' and now() from sync_state",
                        Boolean.class)).isTrue();
    }
}
