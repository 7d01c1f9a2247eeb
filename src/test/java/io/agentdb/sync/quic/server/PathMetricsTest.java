package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.client.RawClient;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.Search;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What metrics say of the ways to peers, and of their versions. */
class PathMetricsTest {

    private static TestNode b;
    private static TestNode a;

    @BeforeAll
    static void start() {
        b = TestNode.start("pathb", "agentdb.sync.lag-interval=100ms");
        a = TestNode.start("patha", "agentdb.sync.lag-interval=100ms");
    }

    @AfterAll
    static void stop() {
        a.close();
        b.close();
    }

    @Test
    void wayToEachPeer_hasARoundTrip_aWindow_andPackets_onBothSides_whileThereIsAConnection() {
        a.jdbc().update("insert into episodes (session_id, task, input) select 's', 'x', repeat(md5(i::text), 1000)"
                + " from generate_series(1, 100) i");
        a.sync(b);
        await().untilAsserted(() -> {
            assertWay(a, "pathb", "out");
            assertWay(b, "patha", "in");
        });
        assertThat(value(a, "agentdb.quic.path.sent", "pathb", "out")).as("3 MB, compressed, take more than a packet")
                .isGreaterThan(10);
        assertThat(value(a, "agentdb.quic.path.lost", "pathb", "out")).isNotNegative();
        a.bean(QuicClientPool.class).disconnect(a.peer(b).remote());
        await().untilAsserted(() -> assertThat(of(a, "agentdb.quic.path.rtt").tag("peer", "pathb").gauge()).isNull());
        assertThat(of(a, "agentdb.quic.path.sent").tag("peer", "pathb").counter()).as("a counter stays").isNotNull();
    }

    @Test
    void peer_isKnownByItsVersion_andWhatIsNoneOfOursByNone() throws Exception {
        a.sync(b);
        String version = of(a, "agentdb.node.info").gauge().getId().getTag("version");
        await().untilAsserted(() -> {
            assertThat(versionOf(a, "pathb")).isEqualTo(version);
            assertThat(versionOf(b, "patha")).isEqualTo(version);
        });
        try (RawClient client = RawClient.welcomed(b.quicPort())) {
            await().untilAsserted(() -> assertThat(of(b, "agentdb.quic.peer.info").tag("version", "other").meters())
                    .isNotEmpty());
        }
    }

    private static void assertWay(TestNode node, String peer, String direction) {
        assertThat(value(node, "agentdb.quic.path.rtt", peer, direction)).isBetween(0.000_001, 1.0);
        assertThat(value(node, "agentdb.quic.path.window", peer, direction)).isGreaterThan(1_200);
        assertThat(value(node, "agentdb.quic.path.sent", peer, direction)).isPositive();
    }

    private static String versionOf(TestNode node, String peer) {
        return of(node, "agentdb.quic.peer.info").tag("peer", peer).meters().stream().map(Meter::getId)
                .map(id -> id.getTag("version")).findAny().orElse("");
    }

    private static double value(TestNode node, String name, String peer, String direction) {
        return of(node, name).tag("peer", peer).tag("direction", direction).meters().stream()
                .flatMap(meter -> java.util.stream.StreamSupport.stream(meter.measure().spliterator(), false))
                .mapToDouble(measurement -> measurement.getValue()).sum();
    }

    private static Search of(TestNode node, String name) {
        return node.bean(MeterRegistry.class).find(name);
    }
}
