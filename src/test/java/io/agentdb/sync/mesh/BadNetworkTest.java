package io.agentdb.sync.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.quic.server.UdpRelay;
import io.agentdb.sync.quic.server.UdpRelay.Weather;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two whole nodes with a network between them that loses, delays, doubles and reorders, behind a NAT that forgets. */
@Tag("long")
class BadNetworkTest {

    private static final int RECORDS = 2_000;

    @Test
    void packetLossDelayAndRebinding_syncCompletes() throws InterruptedException {
        try (TestNode a = TestNode.start("near");
                TestNode b = TestNode.start("far");
                UdpRelay relay = new UdpRelay(b.quicPort(), 1, new Weather(0.05, 0.02, 85, 115))) {
            for (TestNode node : new TestNode[] {a, b}) {
                node.jdbc().update(
                        "insert into episodes (session_id, task) select 's', 'task ' || i from generate_series(1, ?) i",
                                RECORDS);
            }
            SyncRun run = a.bean(SyncCoordinator.class).start(a.peer(b, relay.port()), RunOptions.DEFAULT);
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(5))
                    .until(() -> count(b) > RECORDS || run.report() != null);
            relay.rebind();
            assertThat(count(a)).as("records at the time of rebinding").isLessThan(2 * RECORDS);
            SyncReport report = run.await(Duration.ofMinutes(2)).orElse(null);
            assertThat(report).as("progress: %s, relay: %s", run.history(), relay.counts()).isNotNull();
            assertThat(report.errors()).isEmpty();
            assertThat(run.history()).as("nothing broke off").noneMatch(progress -> progress.message() != null);
            assertThat(a.digests()).isEqualTo(b.digests());
            assertThat(count(a)).isEqualTo(2 * RECORDS);
            assertThat(relay.counts().dropped()).isPositive();
            assertThat(relay.counts().reordered()).isPositive();
        }
    }

    /** NATs forget those above all who say nothing for a while. */
    @Test
    void rebindingBetweenSyncs_keepsTheConnection() {
        try (TestNode a = TestNode.start("behind", "agentdb.client.pool-size=1"); TestNode b = TestNode.start("before");
                UdpRelay relay = new UdpRelay(b.quicPort(), 1, new Weather(0, 0, 1, 3))) {
            Peer peer = a.peer(b, relay.port());
            assertThat(a.sync(peer, RunOptions.DEFAULT).errors()).isEmpty();
            double before = welcomed(b);
            for (int i = 0; i < 7; i++) {
                relay.rebind();
                a.episode("after rebinding " + i);
                // As after a pause: a connection that was heard of a moment ago is not asked whether it lives.
                await().pollDelay(Duration.ofMillis(600)).until(() -> true);
                assertThat(a.sync(peer, RunOptions.DEFAULT).errors()).isEmpty();
            }
            // One, if the machine was too busy to answer a ping in time; with room for two addresses only, it was every
            // third.
            assertThat(welcomed(b)).isLessThanOrEqualTo(before + 1);
            assertThat(count(b)).isEqualTo(7);
        }
    }

    private static double welcomed(TestNode node) {
        return node.bean(MeterRegistry.class).counter("agentdb.quic.welcomed").count();
    }

    private static int count(TestNode node) {
        return node.jdbc().queryForObject("select count(*) from episodes", Integer.class);
    }
}
