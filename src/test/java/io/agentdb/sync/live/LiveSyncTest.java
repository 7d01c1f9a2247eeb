package io.agentdb.sync.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.run.SyncState;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Between two runs, which here are an hour apart, what is written on one node is on the other in a moment. */
class LiveSyncTest {

    private TestNode b;
    private TestNode a;

    @BeforeEach
    void start() {
        b = TestNode.start("b");
        a = TestNode.start("a", "agentdb.sync.auto=true", "agentdb.sync.interval=1h",
                "agentdb.peers[0].name=b", "agentdb.peers[0].address=127.0.0.1:" + b.quicPort(),
                "agentdb.peers[0].fingerprint=" + b.bean(QuicServer.class).status().fingerprint());
        await().until(() -> a.bean(LiveSync.class).peers().contains(new PeerName("b")));
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void whatSqlWrites_isOnTheOtherSide_inBothDirections() {
        UUID byA = a.episode("by a");
        await().until(() -> task(b, byA) != null);
        UUID byB = b.episode("by b");
        await().until(() -> task(a, byB) != null);
        a.jdbc().update("update episodes set task = 'changed' where id = ?", byB);
        await().until(() -> "changed".equals(task(b, byB)));
        b.jdbc().update("delete from episodes where id = ?", byA);
        await().until(() -> task(a, byA) == null);
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    /** Ten minutes pass between two lines; what is left over is told when it ends. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void steadyLoad_doesNotFillTheLog_andIsToldAllTheSame(CapturedOutput output) {
        for (int i = 0; i < 20; i++) {
            UUID id = a.episode("agent's step " + i);
            await().until(() -> task(b, id) != null);
        }
        UUID answer = b.episode("b's answer");
        await().until(() -> task(a, answer) != null);
        assertThat(output.getOut().lines().filter(line -> line.contains("Live sync with b: "))).isEmpty();
        a.bean(SyncCoordinator.class).stopAutoSync();
        await().until(() -> output.getOut().contains("Live sync with b: "));
        assertThat(output.getOut().lines().filter(line -> line.contains("Live sync with b: "))).singleElement()
                .asString()
                .matches(".*Live sync with b: records sent 20, received 1, [1-9]\\d* bytes within [1-9]\\d* s");
    }

    @Test
    void peerThatIsStartedAgain_isFollowedAgain() {
        b.restart();
        UUID byB = b.episode("by b, after it was started again");
        await().atMost(Duration.ofSeconds(30)).until(() -> task(a, byB) != null);
        UUID byA = a.episode("by a");
        await().until(() -> task(b, byA) != null);
    }

    @Test
    void stopping_doesNotWaitForWhatStaysOpen() {
        long start = System.nanoTime();
        b.bean(QuicServer.class).stop();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void automaticSyncSwitchedOff_endsIt() {
        a.bean(SyncCoordinator.class).stopAutoSync();
        assertThat(a.bean(LiveSync.class).peers()).isEmpty();
        await().until(() -> b.bean(ConnectionRegistry.class).views().stream()
                .allMatch(connection -> connection.openStreams() == 0));
    }

    @Test
    void whatBothSidesChange_isResolved_andBothHoldTheSame() {
        UUID id = a.episode("one");
        await().until(() -> task(b, id) != null);
        for (int i = 0; i < 20; i++) {
            a.jdbc().update("update episodes set task = ? where id = ?", "a" + i, id);
            b.jdbc().update("update episodes set task = ? where id = ?", "b" + i, id);
        }
        await().until(() -> a.digests().equals(b.digests()));
    }

    @Test
    void whatIsExchanged_isCounted() {
        UUID byA = a.episode("by a");
        UUID byB = b.episode("by b");
        await().until(() -> task(b, byA) != null && task(a, byB) != null);
        await().until(() -> a.bean(SyncState.class).all().get(0).totalItemsSynced() == 2);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void peerThatGoes_isNoFailureOfItsRequests(CapturedOutput log) {
        a.close();
        await().until(() -> b.bean(ConnectionRegistry.class).views().isEmpty());
        assertThat(log.getAll()).doesNotContain("broke off").doesNotContain("ERROR");
        assertThat(b.bean(MeterRegistry.class).find("agentdb.quic.refused").counters()).allSatisfy(counter ->
                assertThat(counter.count()).as(counter.getId().toString()).isZero());
    }

    @Test
    void burstOfTransactionsOfOneRow_becomesFewTurns() {
        a.jdbc().execute("""
                do $$ begin for i in 1..3000 loop
                    insert into episodes (session_id, task) values ('s', 'one of many');
                    commit;
                end loop; end $$""");
        await().atMost(Duration.ofSeconds(30)).until(() -> episodes(b) == 3_000);
        assertThat(transactions(b)).isLessThan(300);
    }

    @Test
    void peerThatLagsBehind_getsWhatIsWrittenMeanwhileInOneTurn() {
        b.jdbc().execute("""
                create function dawdle() returns trigger language plpgsql as
                    'begin perform pg_sleep(0.5); return null; end';
                create trigger slow after insert on episodes execute function dawdle()""");
        for (int i = 0; i < 300; i++) {
            a.episode("one of many");
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> episodes(b) == 300);
        assertThat(transactions(b)).isLessThan(50);
    }

    @Test
    void transactionThatStaysOpen_holdsBackWhatComesAfterItAlone_andNothingIsSkipped() throws Exception {
        try (Connection open = a.jdbc().getDataSource().getConnection()) {
            UUID before = a.episode("before");
            open.setAutoCommit(false);
            open.createStatement().execute("insert into episodes (session_id, task) values ('s', 'late')");
            UUID after = a.episode("after");
            await().until(() -> task(b, before) != null);
            assertThat(task(b, after)).isNull();
            open.commit();
        }
        await().until(() -> episodes(b) == 3);
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void clockThatJumps_endsNothing(CapturedOutput log) {
        for (String jump : List.of("4 minutes", "-1 hour", "3 days", "0")) {
            a.jdbc().execute("""
                    create or replace function agentdb_now_hlc() returns bigint language sql volatile parallel safe
                    return (extract(epoch from clock_timestamp() + interval '%s') * 1000)::bigint << 16
                    """.formatted(jump));
            UUID byA = a.episode(jump);
            UUID byB = b.episode(jump);
            await(jump).until(() -> task(a, byB) != null);
            // What is from too far in the future is set aside, and what comes behind it goes on.
            await(jump).until(() -> task(b, byA) != null || b.jdbc().queryForObject(
                    "select count(*) = 1 from quarantine where id = ?", Boolean.class, byA));
        }
        assertThat(log.getAll()).doesNotContain("has ended");
    }

    private static int episodes(TestNode node) {
        return node.jdbc().queryForObject("select count(*) from episodes", Integer.class);
    }

    /** In how many it has stored what it has: each is at least one turn's. */
    private static int transactions(TestNode node) {
        return node.jdbc().queryForObject("select count(distinct feed_xid) from episodes", Integer.class);
    }

    private static String task(TestNode node, UUID id) {
        return node.jdbc().queryForList("select task from episodes where id = ?", String.class, id).stream()
                .findFirst().orElse(null);
    }
}
