package io.agentdb.sync.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.quic.server.QuicServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several processes of one node, several names of one peer, and several nodes that all know each other. */
@Timeout(180)
class LiveReplicasTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void oneOfTwoProcesses_followsThePeer_andOnceItHasEnded_theOtherDoes() {
        try (TestNode b = TestNode.start("b")) {
            String[] settings = settings(peer(b, 0, "b"));
            TestNode first = TestNode.start("a", settings);
            try (TestNode second = first.sibling(settings)) {
                await().atMost(SOON).until(() -> follows(first) || follows(second));
                second.bean(SyncCoordinator.class).runDue(second.bean(Peers.class).find(new PeerName("b")).get());
                await().atMost(SOON).until(() -> second.jdbc().queryForObject(
                        "select count(*) >= 2 and bool_and(state <> 'RUNNING') from sync_runs", Boolean.class));
                assertThat(Stream.of(first, second).filter(LiveReplicasTest::follows)).hasSize(1);
                assertThat(openStreams(b)).isEqualTo(2);
                first.close();
                await().atMost(SOON).until(() -> follows(second));
                UUID written = second.episode("by whoever");
                await().atMost(SOON).until(() -> has(b, written));
            } finally {
                first.close();
            }
        }
    }

    @Test
    void peerUnderTwoNames_isFollowedOnce() {
        try (TestNode b = TestNode.start("b");
                TestNode a = TestNode.start("a", settings(Stream.concat(Stream.of(peer(b, 0, "b")),
                        Stream.of(peer(b, 1, "also-b"))).flatMap(Stream::of).toArray(String[]::new)))) {
            await().atMost(SOON).until(() -> a.jdbc().queryForObject(
                    "select count(*) >= 2 and bool_and(state <> 'RUNNING') from sync_runs", Boolean.class));
            await().atMost(SOON).until(() -> a.bean(LiveSync.class).peers().size() == 1 && openStreams(b) == 2);
            UUID written = a.episode("once");
            await().atMost(SOON).until(() -> has(b, written));
            assertThat(openStreams(b)).isEqualTo(2);
        }
    }

    /** Each is sent to both, and each of them hands it on to the other before it can hear that it has it. */
    @Test
    void inAMeshOfThree_recordsCrossEachLinkOnceAtMost() {
        try (TestNode a = TestNode.start("a", settings()); TestNode b = TestNode.start("b", settings());
                TestNode c = TestNode.start("c", settings())) {
            List<TestNode> all = List.of(a, b, c);
            all.forEach(node -> all.stream().filter(other -> other != node).forEach(other -> {
                Peer peer = node.peer(other);
                node.bean(Peers.class).save(peer, Map.of());
                node.bean(SyncCoordinator.class).runDue(node.bean(Peers.class).find(peer.name()).get());
            }));
            await().atMost(SOON).until(() -> all.stream().allMatch(node -> node.bean(LiveSync.class).peers().size()
                    == 2));
            double before = sent(all);
            int rows = 100;
            for (int i = 0; i < rows; i++) {
                UUID written = a.episode("one of some");
                await().pollInterval(Duration.ofMillis(5)).until(() -> has(b, written) && has(c, written));
            }
            assertThat((sent(all) - before) / (2 * rows)).as("over the least").isBetween(1.0, 2.05);
        }
    }

    private static String[] settings(String... more) {
        return Stream.concat(Stream.of("agentdb.sync.auto=true", "agentdb.sync.interval=1h"), Stream.of(more))
                .toArray(String[]::new);
    }

    private static String[] peer(TestNode node, int i, String name) {
        String of = "agentdb.peers[" + i + "].";
        return new String[] {of + "name=" + name, of + "address=127.0.0.1:" + node.quicPort(),
            of + "fingerprint=" + node.bean(QuicServer.class).status().fingerprint()};
    }

    private static boolean follows(TestNode node) {
        return !node.bean(LiveSync.class).peers().isEmpty();
    }

    private static int openStreams(TestNode node) {
        return node.bean(ConnectionRegistry.class).views().stream()
                .mapToInt(ConnectionRegistry.View::openStreams).sum();
    }

    private static boolean has(TestNode node, UUID id) {
        return node.jdbc().queryForObject("select count(*) = 1 from episodes where id = ?", Boolean.class, id);
    }

    private static double sent(List<TestNode> nodes) {
        return nodes.stream().flatMap(node -> node.bean(MeterRegistry.class).find("agentdb.sync.records")
                .tag("direction", "out").counters().stream()).mapToDouble(Counter::count).sum();
    }
}
