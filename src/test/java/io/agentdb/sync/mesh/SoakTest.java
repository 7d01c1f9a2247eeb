package io.agentdb.sync.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.server.UdpRelay;
import io.agentdb.sync.quic.server.UdpRelay.Weather;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two nodes at work for a while, on a bad network, with conflicts, strangers and people who look on: {@code ./mvnw
 * -Psoak test -Dsoak.minutes=10}. Nothing that they use may grow, and in the end they are equal.
 */
@Tag("soak")
class SoakTest {

    private static final Duration LENGTH = Duration.ofSeconds(
            (long) (60 * Double.parseDouble(System.getProperty("soak.minutes", "10"))));
    private static final int SAMPLES = 30;
    private static final int PER_WRITE = 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong runs = new AtomicLong();

    @Test
    void twoNodesAtWork_useNoMoreOverTime_andEndEqual() throws Exception {
        ScheduledExecutorService world = Executors.newScheduledThreadPool(4);
        try (TestNode b = TestNode.start("b", "agentdb.server.open=false", "agentdb.server.auth-token=right",
                "agentdb.sync.conflict-strategy=merge");
                TestNode a = TestNode.start("a", "agentdb.sync.conflict-strategy=merge",
                        "agentdb.client.max-retries=0");
                UdpRelay relay = new UdpRelay(b.quicPort(), 1, new Weather(0.02, 0.01, 1, 5))) {
            Peer peer = a.peer(b, "right", relay.port());
            world.scheduleWithFixedDelay(() -> write(a), 0, 200, TimeUnit.MILLISECONDS);
            world.scheduleWithFixedDelay(() -> write(b), 0, 200, TimeUnit.MILLISECONDS);
            world.scheduleWithFixedDelay(() -> a.sync(peer, RunOptions.DEFAULT), 0, 1, TimeUnit.SECONDS);
            world.scheduleWithFixedDelay(() -> disturb(a, b, relay), 0, 500, TimeUnit.MILLISECONDS);

            Vitals vitals = new Vitals();
            long begin = System.nanoTime();
            for (int i = 1; i <= SAMPLES; i++) {
                long until = begin + LENGTH.toNanos() / SAMPLES * i;
                await().atMost(LENGTH.plusMinutes(1)).pollInterval(Duration.ofMillis(50))
                        .until(() -> System.nanoTime() > until);
                long connections = b.bean(ConnectionRegistry.class).count(Direction.IN)
                        + a.bean(ConnectionRegistry.class).count(Direction.OUT);
                System.out.printf("soak: %d s, %d rows written, %d strangers refused: %s%n",
                        (System.nanoTime() - begin) / 1_000_000_000, writes.get(), refused.get(),
                                vitals.measure(connections));
            }
            world.shutdown();
            assertThat(world.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
            vitals.assertNothingGrows();
            assertThat(refused).hasPositiveValue();
            SyncReport last = a.sync(peer, RunOptions.DEFAULT);
            assertThat(last.errors()).isEmpty();
            assertThat(a.digests()).isEqualTo(b.digests());
        } finally {
            world.shutdownNow();
        }
    }

    /**
     * New records, updates of records that both sides have, which conflict, and deletions, so that the tables stay
     * small.
     */
    private void write(TestNode node) {
        writes.addAndGet(
                node.jdbc().update(
                "insert into episodes (session_id, task, output) select 's', 'task ' || i, repeat('x', 500)"
                        + " from generate_series(1, ?) i", PER_WRITE));
        node.jdbc().update(
                "insert into skills (name, uses) select 'skill ' || i, 1 from generate_series(1, 50) i on conflict"
                + " (id) do nothing");
        writes.addAndGet(
                node.jdbc().update(
                        "update skills set uses = uses + 1 where id in (select id from skills order by random() limit"
                        + " 5)"));
        writes.addAndGet(
                node.jdbc().update(
                "delete from episodes where id in (select id from episodes order by id limit greatest(0,"
                        + " (select count(*) from episodes)::int - 5000))"));
    }

    private void disturb(TestNode a, TestNode b, UdpRelay relay) {
        if (runs.incrementAndGet() % 20 == 0) {
            relay.rebind();
        }
        QuicClientPool pool = a.bean(QuicClientPool.class);
        HostPort at = new HostPort("127.0.0.1", b.quicPort());
        DialTarget stranger = new DialTarget("b", at, "wrong", a.peer(b).fingerprint());
        assertThatThrownBy(() -> pool.open(stranger)).isInstanceOf(SyncException.class);
        refused.incrementAndGet();
        DialTarget passing = new DialTarget("b", at, "right", a.peer(b).fingerprint());
        pool.ping(passing);
        pool.disconnect(passing);
        for (String path : new String[] {"/status", "/actuator/prometheus", "/sync/runs", "/connections"}) {
            try {
                http.send(HttpRequest.newBuilder(URI.create(b.url(path))).build(), BodyHandlers.discarding());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
