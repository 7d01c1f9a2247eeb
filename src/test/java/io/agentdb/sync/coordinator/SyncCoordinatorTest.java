package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.run.PeerLock;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.run.SyncState;
import io.agentdb.sync.version.NodeId;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SyncCoordinatorTest {

    @Test
    void oneRunPerPeerAtATime_alsoAcrossProcessesOnOneDatabase() throws Exception {
        try (TestNode b = TestNode.start("b"); TestNode a = TestNode.start("a"); TestNode other = a.sibling()) {
            Peer peer = a.peer(b);
            SyncRun waiting;
            Optional<PeerLock.Held> held = other.bean(PeerLock.class).acquire(new NodeId("b"), Duration.ZERO);
            try (PeerLock.Held lock = held.orElseThrow()) {
                assertThat(a.bean(PeerLock.class).acquire(new NodeId("b"), Duration.ofMillis(50))).isEmpty();
                Timestamp now = a.jdbc().queryForObject("select clock_timestamp()", Timestamp.class);
                waiting = a.bean(SyncCoordinator.class).start(peer, RunOptions.DEFAULT);
                await(() -> asksForTheLock(a, now));
                assertThat(waiting.state()).isEqualTo(SyncRun.State.RUNNING);
            }
            assertThat(waiting.await(Duration.ofSeconds(30)).orElseThrow().errors()).isEmpty();
        }
    }

    @Test
    void nodeWithTwoNames_isNotTakenForOneThatWasRestored() throws Exception {
        try (TestNode b = TestNode.start("b"); TestNode a = TestNode.start("a")) {
            Peer one = a.peer(b);
            Peer other = new Peer(new PeerName("alias"), new HostPort("localhost", b.quicPort()), null,
                    one.fingerprint(),
                    one.kinds(), one.selection(), null, Peer.Origin.API);
            String actor = a.bean(LocalNode.class).actor().name();
            for (int i = 0; i < 20; i++) {
                a.episode("episode " + i);
                SyncRun first = a.bean(SyncCoordinator.class).start(one, RunOptions.DEFAULT);
                SyncRun second = a.bean(SyncCoordinator.class).start(other, RunOptions.DEFAULT);
                assertThat(first.await(Duration.ofSeconds(30)).orElseThrow().errors()).isEmpty();
                assertThat(second.await(Duration.ofSeconds(30)).orElseThrow().errors()).isEmpty();
            }
            assertThat(a.bean(LocalNode.class).actor()).hasToString(actor);
            assertThat(b.digests()).isEqualTo(a.digests());
        }
    }

    @Test
    void whatWasNotedOfAPeer_goesWithIt() {
        try (TestNode b = TestNode.start("b"); TestNode a = TestNode.start("a")) {
            a.bean(Peers.class).save(a.peer(b), null);
            assertThat(a.sync(b).success()).isTrue();
            assertThat(a.bean(SyncState.class).all()).hasSize(1);
            a.bean(Peers.class).remove(new PeerName("b"));
            assertThat(a.bean(SyncState.class).all()).isEmpty();
            assertThat(a.sync(b).success()).isTrue();
            a.jdbc().update("update sync_state set last_sync_at = now() - interval '8 days', in_sync_as_of = null");
            a.bean(SyncCoordinator.class).forget();
            assertThat(a.bean(SyncState.class).all()).isEmpty();
        }
    }

    @Test
    void autoSync_carriesWritesOfBothSides_andStopsWhenTold() {
        try (TestNode b = TestNode.start("b");
                TestNode a = TestNode.start("a", "agentdb.sync.auto=true", "agentdb.sync.interval=100ms",
                        "agentdb.peers[0].name=b", "agentdb.peers[0].address=127.0.0.1:" + b.quicPort(),
                        "agentdb.peers[0].fingerprint=" + b.bean(QuicServer.class).status().fingerprint())) {
            a.episode("by a");
            b.episode("by b");
            await(() -> a.digests().equals(b.digests()) && b.digests().get(0).records() == 2);
            a.bean(SyncCoordinator.class).stopAutoSync();
            await(() -> a.bean(SyncRuns.class).all().stream().noneMatch(run -> run.state() == SyncRun.State.RUNNING));
            int runs = a.bean(SyncRuns.class).all().size();
            a.bean(SyncCoordinator.class).tick();
            assertThat(a.bean(SyncRuns.class).all()).hasSize(runs);
            assertThat(a.bean(SyncState.class).all()).singleElement()
                    .matches(row -> row.syncCount() > 0 && row.totalItemsSynced() == 2 && row.lastError() == null);
        }
    }

    @Test
    void autoSync_leavesOutWhoFails_andWhoseRunGoesOn() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                TestNode b = TestNode.start("b");
                TestNode a = TestNode.start("a", "agentdb.sync.interval=100ms", "agentdb.client.max-retries=0",
                        "agentdb.client.timeout=60s",
                        "agentdb.peers[0].name=b", "agentdb.peers[0].address=127.0.0.1:" + b.quicPort(),
                        "agentdb.peers[0].fingerprint=" + b.bean(QuicServer.class).status().fingerprint(),
                        "agentdb.peers[1].name=failing", "agentdb.peers[1].address=127.0.0.1:1",
                        "agentdb.peers[2].name=silent",
                        "agentdb.peers[2].address=127.0.0.1:" + silent.getLocalPort())) {
            Peer failing = a.bean(Peers.class).find(new PeerName("failing")).orElseThrow();
            assertThat(a.sync(failing, RunOptions.DEFAULT).success()).isFalse();
            a.bean(SyncState.class).leaveAlone(new PeerName("failing"), Instant.now().plus(Duration.ofMinutes(9)));
            a.bean(SyncCoordinator.class).startAutoSync();
            await(() -> a.bean(SyncRuns.class).all().stream().filter(run -> run.peer().text().equals("b")).count() > 2);
            assertThat(a.bean(SyncRuns.class).all()).extracting(run -> run.peer().text())
                    .containsOnlyOnce("failing", "silent");
        }
    }

    @Test
    void failedRun_isInTheStateWithItsError_andTheNextSuccessClearsIt() {
        try (TestNode b = TestNode.start("b", "agentdb.server.auth-token=right"); TestNode a = TestNode.start("a")) {
            SyncReport failed = a.sync(a.peer(b, "wrong"), RunOptions.DEFAULT);
            assertThat(failed.success()).isFalse();
            assertThat(failed.errors()).singleElement().asString().contains("token").doesNotContain("right");
            assertThat(a.bean(SyncState.class).all().get(0).lastError()).contains("token");
            assertThat(a.sync(a.peer(b, "right"), RunOptions.DEFAULT).success()).isTrue();
            assertThat(a.bean(SyncState.class).all().get(0).lastError()).isNull();
        }
    }

    @Test
    void databaseThatWentBackInTime_getsANewIncarnation_andNothingIsLost() {
        try (TestNode a = TestNode.start("a"); TestNode b = TestNode.start("b")) {
            a.episode("before the backup");
            assertThat(a.sync(b).success()).isTrue();
            // As in a copied data directory: the same cluster, but what peers have read lies in its future.
            b.jdbc().update("update cursors set xid = 1000000000000 where direction = 'pull'");
            b.jdbc().update("insert into cursors (peer_node, kind, direction, feed, reader, xid, id) select 'a', k,"
                    + " 'pull', ?, ?, 1000000000000,"
                    + " gen_random_uuid() from unnest(array['episodes', 'skills', 'edges']) k on conflict do nothing",
                    a.bean(LocalNode.class).actor().name(), b.bean(LocalNode.class).actor().name());
            var before = a.bean(LocalNode.class).actor();
            a.episode("after the restore");
            SyncReport report = b.sync(a);
            assertThat(report.errors()).isEmpty();
            assertThat(a.bean(LocalNode.class).actor()).isNotEqualTo(before);
            assertThat(a.digests()).isEqualTo(b.digests());
            assertThat(a.sync(b).errors()).isEmpty();
        }
    }

    /** Who waits asks again and again. */
    private static boolean asksForTheLock(TestNode node, Timestamp since) {
        return node.jdbc().queryForObject("select exists (select from pg_stat_activity where query_start > ?"
                + " and datname = current_database() and pid <> pg_backend_pid()"
                + " and query like 'select pg_try_advisory_lock(%agentdb.sync:%')", Boolean.class, since);
    }

    static void await(BooleanSupplier condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition::getAsBoolean);
    }
}
