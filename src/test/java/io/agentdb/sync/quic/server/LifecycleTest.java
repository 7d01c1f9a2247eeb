package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.FreePort;
import io.agentdb.sync.OwnThread;
import io.agentdb.sync.admission.RateLimits;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PullStart;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.protocol.codec.Samples;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.Revision;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Starting, stopping, dialling, pacing. */
class LifecycleTest {

    private static final PullRequest PULL = new PullRequest(Map.of(), Selection.ALL, 0);

    private final Loopback loopback = new Loopback();
    private final Samples some = new Samples(new Random(3));

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void portInUse_isNamed_withWhatToDo() {
        QuicServer first = loopback.server();
        ServerSettings same = Loopback.settings(first.port(), 100, null, Loopback.DEVELOPMENT);
        assertThatThrownBy(() -> loopback.server(same)).isInstanceOfSatisfying(ListenFailure.class, failure -> {
            assertThat(failure).hasMessageContaining("UDP port " + first.port());
            assertThat(new ListenFailureAnalyzer().analyze(failure).getAction()).contains("agentdb.server.port");
        });
    }

    @Test
    void unresolvableHost_isNamed_andNotTriedAgain() {
        DialTarget nowhere = new DialTarget("attic", new HostPort("no-such-host.invalid", 4433), null, null);
        QuicClientPool pool = loopback.pool("client", Loopback.UNVERIFIED, 1, "agentdb-sync/1", 1_000_000);
        assertThatThrownBy(() -> pool.open(nowhere)).isInstanceOf(PeerUnreachable.class)
                .hasMessageContaining("cannot resolve host 'no-such-host.invalid' of peer 'attic'")
                .hasMessageContaining("agentdb.peers");
    }

    @Test
    void nobodyListening_isToldAtOnce_afterTheRetries() throws Exception {
        int free = FreePort.udp();
        QuicClientPool pool = loopback.pool("client", Loopback.UNVERIFIED, 1, "agentdb-sync/1", 2);
        long start = System.nanoTime();
        assertThatThrownBy(() -> pool.open(new DialTarget("b", new HostPort("127.0.0.1", free), null, null)))
                .isInstanceOf(PeerUnreachable.class)
                .hasMessageContaining("nothing listens at peer b (127.0.0.1:" + free + ")");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void portThatSwallowsEverything_isToldAfterTheTimeout() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            loopback.timeout(Duration.ofSeconds(1));
            QuicClientPool pool = loopback.pool();
            assertThatThrownBy(() -> pool.open(
                    new DialTarget("b", new HostPort("127.0.0.1", silent.getLocalPort()), null, null)))
                    .isInstanceOf(PeerUnreachable.class).hasMessageContaining("nothing answers at peer b")
                    .hasMessageContaining("within 1 s");
        }
    }

    @Test
    void restartedServer_isReachedAgainOnTheSamePort() {
        QuicServer server = loopback.server(Handlers.feed(List.of()));
        int port = server.port();
        QuicClientPool pool = loopback.pool();
        DialTarget remote = Loopback.to(server);
        assertThat(pool.ping(remote)).isPositive();
        server.stop();
        assertThat(server.isRunning()).isFalse();
        assertThatThrownBy(() -> pool.ping(remote)).isInstanceOf(SyncException.class);
        QuicServer again = loopback.server(Loopback.settings(port, 100, null, Loopback.DEVELOPMENT),
                Handlers.feed(List.of()));
        assertThat(again.port()).isEqualTo(port);
        try (Exchange exchange = pool.open(remote)) {
            exchange.send(PULL);
            exchange.receive(PullStart.class);
        }
    }

    @Test
    void requestUnderWay_isFinishedBeforeTheServerStops_andNewOnesAreRefused() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        QuicServer server = loopback.server(Handlers.pull((request, exchange) -> {
            started.countDown();
            awaited(go);
            exchange.send(new PullStart(Map.of()));
            exchange.send(new PullEnd(Map.of()));
        }));
        QuicClientPool pool = loopback.pool();
        try (Exchange exchange = pool.open(Loopback.to(server))) {
            exchange.send(PULL);
            awaited(started);
            CompletableFuture<Void> stopping = OwnThread.run(server::stop);
            // The farewell makes the pool dial anew, and the listener does not take requests any more.
            await().atMost(Duration.ofSeconds(4)).untilAsserted(() -> assertThatThrownBy(() -> {
                try (Exchange late = pool.open(Loopback.to(server))) {
                    late.send(PULL);
                    late.receive();
                }
            }).isInstanceOf(SyncException.class));
            go.countDown();
            exchange.receive(PullStart.class);
            exchange.receive(PullEnd.class);
            exchange.close();
            stopping.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void closedPool_isGoneFromTheServer_andDialsNoMore() {
        QuicServer server = loopback.server();
        QuicClientPool pool = loopback.pool();
        pool.ping(Loopback.to(server));
        assertThat(pool.status()).singleElement().satisfies(view -> assertThat(view.nodeId()).isEqualTo("server"));
        pool.close();
        await().atMost(Duration.ofSeconds(5)).until(() -> server.status().connections() == 0);
        assertThatThrownBy(() -> pool.ping(Loopback.to(server))).isInstanceOf(PeerUnreachable.class);
    }

    @Test
    void idleConnection_isUsedAgain() {
        QuicServer server = loopback.server(Handlers.feed(List.of()));
        QuicClientPool pool = loopback.pool();
        for (int i = 0; i < 5; i++) {
            pull(pool, server);
            await().until(() -> pool.status().stream().allMatch(view -> view.openStreams() == 0));
        }
        assertThat(server.status().connections()).isEqualTo(1);
    }

    @Test
    void tooManyRequests_arePaced_notFailed() {
        AtomicLong nanos = new AtomicLong();
        loopback.limits(new RateLimits(2, 1 << 30, nanos::get));
        QuicServer server = loopback.server(Handlers.feed(List.of()));
        QuicClientPool pool = loopback.pool();
        pull(pool, server);
        pull(pool, server);
        assertThatThrownBy(() -> pull(pool, server)).isInstanceOfSatisfying(PeerRejected.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMITED);
            assertThat(refusal.retryAfter()).as("by the test's own clock").isEqualTo(Duration.ofSeconds(30));
            nanos.addAndGet(refusal.retryAfter().plusMillis(1).toNanos());
        });
        assertThat(pull(pool, server)).isEmpty();
        assertThat(loopback.meters.counter("agentdb.ratelimit.paced", "limit", "requests").count()).isEqualTo(1);
    }

    @Test
    void pullOfMoreThanAMinutesBytes_getsThere_inSeveralRequests() {
        AtomicLong nanos = new AtomicLong();
        loopback.limits(new RateLimits(60, 1_000_000, nanos::get));
        List<List<Revision>> batches = IntStream.range(0, 30).mapToObj(i -> List.of(some.episode(150_000))).toList();
        QuicServer server = loopback.server(Handlers.feed(batches));
        QuicClientPool pool = loopback.pool();
        List<Revision> all = new ArrayList<>();
        int paced = 0;
        while (all.size() < 30) {
            try {
                pull(pool, server, all);
            } catch (PeerRejected refusal) {
                assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMITED);
                nanos.addAndGet(refusal.retryAfter().plusMillis(1).toNanos());
                paced++;
            }
        }
        assertThat(all).containsExactlyElementsOf(batches.stream().flatMap(List::stream).toList());
        // Not once per batch: who has waited gets a share.
        assertThat(paced).isBetween(5, 28);
        assertThat(loopback.meters.counter("agentdb.ratelimit.paced", "limit", "bytes").count()).isEqualTo(paced);
    }

    @Test
    void busyWorkers_andAFullQueue_tellTheClientToComeBack() {
        CountDownLatch go = new CountDownLatch(1);
        loopback.workers(1, 1);
        QuicServer server = loopback.server(Handlers.pull((request, exchange) -> {
            exchange.send(new PullStart(Map.of()));
            awaited(go);
        }));
        QuicClientPool pool = loopback.pool();
        try (Exchange first = pool.open(Loopback.to(server)); Exchange second = pool.open(Loopback.to(server));
                Exchange third = pool.open(Loopback.to(server))) {
            first.send(PULL);
            first.receive(PullStart.class);
            second.send(PULL);
            third.send(PULL);
            assertThatThrownBy(() -> firstRefusal(second, third))
                    .isInstanceOfSatisfying(PeerRejected.class, refusal -> {
                assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMITED);
                assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(1));
            });
            assertThat(pool.ping(Loopback.to(server))).isPositive();
            go.countDown();
        }
    }

    /** Either of two, on connections of their own, may have come first. */
    private static void firstRefusal(Exchange second, Exchange third) {
        await().atMost(Duration.ofSeconds(10)).ignoreExceptionsMatching(failure -> false).until(() -> {
            second.poll();
            third.poll();
            return false;
        });
    }

    private static List<Revision> pull(QuicClientPool pool, QuicServer server) {
        List<Revision> all = new ArrayList<>();
        pull(pool, server, all);
        return all;
    }

    private static void pull(QuicClientPool pool, QuicServer server, List<Revision> all) {
        try (Exchange exchange = pool.open(Loopback.to(server))) {
            Cursor from = Handlers.cursor(all.size());
            exchange.send(new PullRequest(Map.of(Kind.EPISODES, from), Selection.ALL, 0));
            exchange.receive(PullStart.class);
            for (Message message = exchange.receive(); message instanceof Batch batch; message = exchange.receive()) {
                all.addAll(batch.records());
            }
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
