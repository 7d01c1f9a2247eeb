package io.agentdb.sync.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.replica.Selection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** Streams that are slow, long, or cut off. */
@Timeout(20)
class BackpressureTest {

    private static final int BATCH_BYTES = 500_000;
    private static final int BATCHES = 42;
    private static final Duration PROMPTLY = Duration.ofSeconds(4);

    private Loopback net;

    @BeforeEach
    void open(@TempDir Path directory) {
        net = new Loopback(directory);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    /** Counts what a client pushes; begins to read when it is let. */
    private static final class Taking implements RequestHandler<PushRequest> {
        private final CountDownLatch begin = new CountDownLatch(1);
        private final CountDownLatch asked = new CountDownLatch(1);
        private final AtomicInteger taken = new AtomicInteger();

        @Override
        public Class<PushRequest> request() {
            return PushRequest.class;
        }

        @Override
        public void handle(PushRequest request, Exchange exchange) {
            asked.countDown();
            try {
                begin.await();
            } catch (InterruptedException e) {
                throw new OutcomeUnknown("interrupted", e);
            }
            while (exchange.receive() instanceof Batch) {
                taken.incrementAndGet();
            }
            exchange.send(new PushDone());
            exchange.finish();
        }
    }

    @Test
    void readerThatTakesNothing_stopsTheSender_andLosesNothing() {
        FakePull pull = new FakePull(BATCHES, BATCH_BYTES);
        QuicServer server = serve(pull);
        try (Exchange exchange = net.pool(Loopback.UNVERIFIED).open(Loopback.remote(server))) {
            exchange.send(FakePull.wholeFeed());
            int stopped = settled(pull.sent);
            assertThat((long) stopped * BATCH_BYTES).isLessThan(DataSize.ofMegabytes(14).toBytes());
            int received = 0;
            Message message = exchange.receive();
            for (; message instanceof Batch; message = exchange.receive()) {
                received++;
            }
            assertThat(message).isInstanceOf(PullEnd.class);
            assertThat(received).isEqualTo(BATCHES);
        }
    }

    @Test
    void slowReader_getsTheTail_thoughTheSenderIsDoneLongBefore() {
        FakePull pull = new FakePull(20, BATCH_BYTES);
        QuicServer server = serve(pull);
        try (Exchange exchange = net.pool(Loopback.UNVERIFIED).open(Loopback.remote(server))) {
            exchange.send(FakePull.wholeFeed());
            settled(pull.sent);
            int received = 0;
            for (Message message = exchange.receive(); message instanceof Batch; message = exchange.receive()) {
                received++;
                settled(pull.sent);
            }
            assertThat(received).isEqualTo(20);
        }
    }

    @Test
    void serverThatTakesNothing_stopsTheClient_andLosesNothing() throws Exception {
        Taking taking = new Taking();
        QuicServer server = serve(taking);
        Batch batch = FakePull.batch(BATCH_BYTES);
        AtomicInteger sent = new AtomicInteger();
        try (Exchange exchange = net.pool(Loopback.UNVERIFIED).open(Loopback.remote(server))) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                exchange.send(new PushRequest(List.of(Kind.EPISODES), Selection.ALL));
                for (int i = 0; i < BATCHES; i++) {
                    exchange.send(batch);
                    sent.incrementAndGet();
                }
                exchange.send(new PushEnd());
                exchange.finish();
            });
            taking.asked.await();
            assertThat((long) settled(sent) * BATCH_BYTES).isLessThan(DataSize.ofMegabytes(14).toBytes());
            taking.begin.countDown();
            sending.join();
            assertThat(exchange.receive()).isInstanceOf(PushDone.class);
            assertThat(taking.taken).hasValue(BATCHES);
        }
    }

    @Test
    void serverThatStopsInMidStream_leavesTheOutcomeUnknown_andStopsInTime() {
        FakePull pull = new FakePull(1_000, BATCH_BYTES);
        QuicServer server = serve(pull);
        try (Exchange exchange = net.pool(Loopback.UNVERIFIED).open(Loopback.remote(server))) {
            exchange.send(FakePull.wholeFeed());
            assertThat(exchange.receive()).isInstanceOf(Batch.class);
            long start = System.nanoTime();
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::stop);
            OutcomeUnknown end = catchThrowableOfType(OutcomeUnknown.class, () -> {
                while (true) {
                    exchange.receive();
                }
            });
            assertThat(end.getMessage()).containsAnyOf("shutting down", "the connection was lost", "reset the stream");
            stopping.join();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
        }
    }

    @Test
    void request_whileTheServerIsStopping_isToldSo_andTheOneUnderWayIsServed() throws Exception {
        Taking taking = new Taking();
        QuicServer server = serve(taking);
        QuicClientPool pool = net.pool(Loopback.UNVERIFIED);
        try (Exchange exchange = pool.open(Loopback.remote(server))) {
            exchange.send(new PushRequest(List.of(Kind.EPISODES), Selection.ALL));
            taking.asked.await();
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::stop);
            exchange.send(FakePull.batch(1_000));
            exchange.send(new PushEnd());
            taking.begin.countDown();
            assertThat(exchange.receive()).isInstanceOf(PushDone.class);
            stopping.join();
            assertThat(taking.taken).hasValue(1);
        }
    }

    @Test
    void connectionThatIsCut_endsTheRequestAtOnce() {
        FakePull pull = new FakePull(1_000, BATCH_BYTES);
        QuicServer server = serve(pull);
        QuicClientPool pool = net.pool(Loopback.UNVERIFIED);
        try (Exchange exchange = pool.open(Loopback.remote(server))) {
            exchange.send(FakePull.wholeFeed());
            assertThat(exchange.receive()).isInstanceOf(Batch.class);
            pool.disconnect(Loopback.remote(server));
            long start = System.nanoTime();
            assertThat(catchThrowableOfType(OutcomeUnknown.class, () -> {
                while (true) {
                    exchange.receive();
                }
            })).isNotNull();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMPTLY);
        }
    }

    @Test
    void ping_measuresARoundTrip_andLeavesTheConnectionUsable() {
        QuicServer server = serve(new FakePull(1, 100));
        QuicClientPool pool = net.pool(Loopback.UNVERIFIED);
        assertThat(pool.ping(Loopback.remote(server))).isBetween(Duration.ofNanos(1), Duration.ofSeconds(2));
        assertThat(pool.session(Loopback.remote(server)).nodeId()).isEqualTo("server");
        assertThat(server.status().connections()).isEqualTo(1);
    }

    @Test
    void restartedServer_onTheSamePort_isFoundAgain() {
        QuicServer first = serve(new FakePull(1, 100));
        Remote remote = Loopback.remote(first);
        QuicClientPool pool = net.pool(Loopback.UNVERIFIED);
        assertThat(pool.session(remote).nodeId()).isEqualTo("server");
        first.stop();
        net.serve(new ServerSettings("127.0.0.1", remote.port(), 10, null, Loopback.settings(1, null, null).rateLimit(),
                Loopback.DEVELOPMENT), new FakePull(1, 100));
        assertThat(pool.session(remote).nodeId()).isEqualTo("server");
    }

    private QuicServer serve(RequestHandler<?> handler) {
        return net.serve(Loopback.settings(10, null, Loopback.DEVELOPMENT), handler);
    }

    /** The count once it has not grown for a while. */
    private static int settled(AtomicInteger count) {
        long unchangedSince = System.nanoTime();
        int last = -1;
        while (System.nanoTime() - unchangedSince < 300_000_000L) {
            int now = count.get();
            if (now != last) {
                last = now;
                unchangedSince = System.nanoTime();
            }
            Thread.onSpinWait();
        }
        return last;
    }
}
