package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.run.RunDirection;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.run.SyncState;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Runs that carry records one way only. What they leave, a run of the other way or of both brings. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectionTest {

    private TestNode a;
    private TestNode b;

    @BeforeAll
    void start() {
        a = TestNode.start("a");
        b = TestNode.start("b");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void push_takesNothingFromThePeer() {
        UUID mine = a.episode("by a");
        UUID theirs = b.episode("by b");
        SyncReport report = run(RunDirection.PUSH);
        assertThat(report.itemsPushed()).isEqualTo(1);
        assertThat(report.itemsPulled()).isZero();
        assertThat(task(b, mine)).containsExactly("by a");
        assertThat(task(a, theirs)).isEmpty();
        assertThat(run(RunDirection.PULL).itemsPulled()).as("what the push left").isEqualTo(1);
        equal();
    }

    @Test
    void pull_sendsNothingToThePeer() {
        UUID mine = a.episode("by a");
        UUID theirs = b.episode("by b");
        SyncReport report = run(RunDirection.PULL);
        assertThat(report.itemsPulled()).isEqualTo(1);
        assertThat(report.itemsPushed()).isZero();
        assertThat(task(a, theirs)).containsExactly("by b");
        assertThat(task(b, mine)).isEmpty();
        assertThat(run(RunDirection.PUSH).itemsPushed()).as("what the pull left").isEqualTo(1);
        equal();
    }

    @Test
    void deletions_goTheWayOfTheRunAlone() {
        UUID one = shared();
        UUID other = shared();
        a.jdbc().update("delete from episodes where id = ?", one);
        b.jdbc().update("delete from episodes where id = ?", other);
        run(RunDirection.PUSH);
        assertThat(task(b, one)).isEmpty();
        assertThat(task(a, other)).hasSize(1);
        run(RunDirection.PULL);
        assertThat(task(a, other)).isEmpty();
        equal();
    }

    @Test
    void whatBothSidesChanged_isLeftByAPush_howeverOften_andResolvedByTheNextRunOfBothWays() {
        UUID both = conflict();
        UUID after = a.episode("written after the conflict");
        for (int i = 0; i < 3; i++) {
            SyncReport pushed = run(RunDirection.PUSH);
            assertThat(pushed.conflictsDetected()).isEqualTo(1);
            assertThat(pushed.conflictsResolved()).isZero();
            assertThat(task(a, both)).containsExactly("of a");
            assertThat(task(b, both)).containsExactly("of b");
            assertThat(task(b, after)).as("a conflict holds up nothing else").hasSize(1);
        }
        assertThat(a.sync(b).conflictsResolved()).isPositive();
        assertThat(task(a, both)).containsExactly("of b");
        equal();
    }

    @Test
    void whatBothSidesChanged_isResolvedHereByAPull_andToldByTheNextPush() {
        UUID both = conflict();
        a.jdbc().update("update episodes set task = 'of a, later' where id = ?", both);
        assertThat(run(RunDirection.PULL).conflictsResolved()).isEqualTo(1);
        assertThat(task(a, both)).containsExactly("of a, later");
        assertThat(task(b, both)).as("nothing is sent").containsExactly("of b");
        run(RunDirection.PUSH);
        assertThat(task(b, both)).containsExactly("of a, later");
        equal();
    }

    @Test
    void conflictThatAPushLeft_isResolvedByThePeersOwnRun() {
        UUID both = conflict();
        run(RunDirection.PUSH);
        assertThat(b.sync(a).success()).isTrue();
        assertThat(task(a, both)).containsExactly("of b");
        equal();
    }

    @Test
    void runInOneDirection_doesNotSayThatBothAreInSync() {
        a.sync(b);
        a.jdbc().update("update sync_state set in_sync_as_of = null");
        run(RunDirection.PUSH);
        run(RunDirection.PULL);
        assertThat(a.bean(SyncState.class).all().get(0).inSyncAsOf()).isNull();
        a.sync(b);
        assertThat(a.bean(SyncState.class).all().get(0).inSyncAsOf()).isNotNull();
    }

    private UUID shared() {
        UUID id = a.episode("shared");
        assertThat(a.sync(b).success()).isTrue();
        return id;
    }

    private UUID conflict() {
        UUID id = shared();
        a.jdbc().update("update episodes set task = 'of a' where id = ?", id);
        b.jdbc().update("update episodes set task = 'of b' where id = ?", id);
        return id;
    }

    private SyncReport run(RunDirection direction) {
        SyncReport report = a.sync(a.peer(b), new RunOptions(null, null, null, null, direction));
        assertThat(report.errors()).isEmpty();
        return report;
    }

    private void equal() {
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    private static List<String> task(TestNode node, UUID id) {
        return node.jdbc().queryForList("select task from episodes where id = ?", String.class, id);
    }
}
