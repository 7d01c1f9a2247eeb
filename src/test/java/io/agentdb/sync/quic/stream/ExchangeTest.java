package io.agentdb.sync.quic.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PullStart;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.codec.Samples;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.client.RawClient;
import io.agentdb.sync.quic.server.Handlers;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.Revision;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tech.kwik.core.QuicStream;

/** Conversations over real QUIC on the loopback interface. */
class ExchangeTest {

    private static final PullRequest PULL = new PullRequest(Map.of(), Selection.ALL, 0);
    private static final PushRequest PUSH = new PushRequest(List.of(Kind.EPISODES), Selection.ALL);

    private final Loopback loopback = new Loopback();
    private final Samples some = new Samples(new Random(7));

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void twentyMegabytes_arriveInOrder_inBothDirections() {
        List<List<Revision>> batches = batches(40, 50, 10_000);
        Handlers.Taking taking = new Handlers.Taking();
        QuicServer server = loopback.server(Handlers.feed(batches), taking);
        QuicClientPool pool = loopback.pool();
        try (Exchange exchange = pool.open(Loopback.to(server))) {
            exchange.send(PULL);
            exchange.receive(PullStart.class);
            assertThat(drain(exchange)).containsExactlyElementsOf(flat(batches));
        }
        try (Exchange exchange = pool.open(Loopback.to(server))) {
            push(exchange, batches);
            assertThat(exchange.wireBytes()).isGreaterThan(10_000_000);
        }
        assertThat(taking.taken).containsExactlyElementsOf(flat(batches));
        assertThat(loopback.meters.counter("agentdb.sync.wire.bytes", "direction", "out").count())
                .isGreaterThan(20_000_000);
    }

    @Test
    void readerThatTakesNothing_stopsTheSender() {
        List<Revision> one = List.of(some.episode(500_000));
        AtomicInteger sent = new AtomicInteger();
        QuicServer server = loopback.server(Handlers.pull((request, exchange) -> {
            for (int i = 0; i < 80; i++) {
                exchange.send(new Batch(Kind.EPISODES, one));
                sent.incrementAndGet();
            }
            exchange.send(new PullEnd(Map.of()));
        }));
        try (Exchange exchange = loopback.pool().open(Loopback.to(server))) {
            exchange.send(PULL);
            AtomicInteger before = new AtomicInteger(-1);
            // Nothing is received: the sender goes on until everything in between is full, and then no further.
            await().pollInterval(Duration.ofMillis(400)).atMost(Duration.ofSeconds(20))
                    .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
            long encoded = 330_000L;
            assertThat(sent.get() * encoded).isLessThan(24 << 20);
            assertThat(sent.get()).isLessThan(70);
            assertThat(drain(exchange)).hasSize(80);
        }
    }

    @Test
    void answerThatIsLongerThanTheWindows_isNotCutOffWhenTheHandlerReturns() {
        QuicServer server = loopback.server(Handlers.feed(batches(8, 10, 100_000)));
        for (int i = 0; i < 5; i++) {
            try (Exchange exchange = loopback.pool().open(Loopback.to(server))) {
                exchange.send(PULL);
                exchange.receive(PullStart.class);
                assertThat(drain(exchange)).hasSize(80);
            }
        }
    }

    @Test
    void aHundredRequestsAtOnce_areAllAnswered() {
        loopback.workers(4, 200);
        QuicServer server = loopback.server(Handlers.feed(batches(2, 2, 1_000)));
        QuicClientPool pool = loopback.pool(Loopback.UNVERIFIED, 3);
        DialTarget remote = Loopback.to(server);
        List<List<Revision>> answers = IntStream.range(0, 100).parallel().mapToObj(i -> {
            try (Exchange exchange = pool.open(remote)) {
                exchange.send(PULL);
                exchange.receive(PullStart.class);
                return drain(exchange);
            }
        }).toList();
        assertThat(answers).hasSize(100).allMatch(records -> records.size() == 4);
        assertThat(pool.status()).hasSizeLessThanOrEqualTo(3);
        // Both sides have ended properly: nothing lingers.
        await().atMost(Duration.ofSeconds(10)).until(() -> loopback.registry.views().stream()
                .allMatch(view -> view.openStreams() == 0));
    }

    @Test
    void handlersRefusal_reachesTheClientWithItsCodeAndItsDelay() {
        QuicServer server = loopback.server(Handlers.pull((request, exchange) -> {
            throw new PeerRejected(ErrorCode.CURSOR_FROM_FUTURE, "not yet", Duration.ofSeconds(3));
        }));
        assertThatThrownBy(() -> pullOnce(server)).isInstanceOfSatisfying(PeerRejected.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.CURSOR_FROM_FUTURE);
            assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(3));
            assertThat(refusal).hasMessage("not yet");
        });
    }

    @Test
    void handlersBug_isToldWithoutDetails() {
        QuicServer server = loopback.server(Handlers.pull((request, exchange) -> {
            throw new IllegalStateException("the password is 1234");
        }));
        assertThatThrownBy(() -> pullOnce(server)).isInstanceOfSatisfying(PeerRejected.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(refusal).hasMessageContaining("incident").hasMessageNotContaining("1234");
        });
    }

    @Test
    void requestWithoutAHandler_isABadRequest() {
        QuicServer server = loopback.server(new Handlers.Taking());
        assertThatThrownBy(() -> pullOnce(server)).isInstanceOfSatisfying(PeerRejected.class,
                refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    @Test
    void refusedPush_noticesWhileItIsStillSending() {
        List<Revision> one = List.of(some.episode(200_000));
        QuicServer server = loopback.server(new io.agentdb.sync.protocol.RequestHandler<PushRequest>() {
            @Override
            public Class<PushRequest> request() {
                return PushRequest.class;
            }

            @Override
            public void handle(PushRequest request, Exchange exchange) {
                exchange.receive();
                throw new PeerRejected(ErrorCode.RATE_LIMITED, "slowly", Duration.ofSeconds(1));
            }
        });
        AtomicInteger sent = new AtomicInteger();
        try (Exchange exchange = loopback.pool().open(Loopback.to(server))) {
            assertThatThrownBy(() -> {
                exchange.send(PUSH);
                for (; sent.get() < 10_000; sent.incrementAndGet()) {
                    exchange.send(new Batch(Kind.EPISODES, one));
                }
            }).isInstanceOfSatisfying(PeerRejected.class, refusal -> assertThat(refusal.retryAfter())
                    .isEqualTo(Duration.ofSeconds(1)));
        }
        assertThat(sent.get()).isLessThan(1_000);
    }

    @Test
    void clientThatGoesAway_endsTheHandler() {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        QuicServer server = loopback.server(Handlers.pull((request, exchange) -> {
            started.countDown();
            try {
                exchange.receive();
            } catch (RuntimeException e) {
                seen.set(e);
                throw e;
            }
        }));
        Exchange exchange = loopback.pool().open(Loopback.to(server));
        exchange.send(PULL);
        await().until(() -> started.getCount() == 0);
        exchange.close();
        await().atMost(Duration.ofSeconds(10)).until(() -> seen.get() instanceof OutcomeUnknown);
    }

    @Test
    void clientThatSendsAByteNowAndThen_doesNotHoldAWorkerForEver() throws Exception {
        QuicServer server = loopback.timeout(Duration.ofSeconds(1)).server(new Handlers.Taking());
        try (RawClient client = RawClient.welcomed(server.port())) {
            QuicStream stream = client.stream();
            RawClient.send(stream, Frame.newBuilder().setPushRequest(
                    io.agentdb.sync.protocol.wire.PushRequest.newBuilder().addKinds("episodes")).build());
            assertThat(RawClient.read(stream).hasPushReady()).isTrue();
            CompletableFuture<Frame> answer = OwnThread.get(() -> {
                try {
                    return RawClient.read(stream);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            // The length of a frame of a megabyte, and then its bytes, one by one.
            RawClient.send(stream, new byte[] {(byte) 0x80, (byte) 0x80, 0x40});
            await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(50)).until(() -> {
                if (!answer.isDone()) {
                    RawClient.send(stream, new byte[1]);
                }
                return answer.isDone();
            });
            assertThat(answer.get().getError().getMessage()).contains("less than 16384 bytes in 1 s");
        }
    }

    @Test
    void serverThatSendsAByteNowAndThen_doesNotHoldARunForEver() {
        AtomicBoolean over = new AtomicBoolean();
        QuicServer server = loopback.timeout(Duration.ofSeconds(1)).server(Handlers.pull((request, exchange) -> {
            ChannelHandlerContext stream = ((StreamExchange) exchange).context;
            // The length of a frame of a megabyte, and then its bytes, one by one.
            stream.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) 0x80, (byte) 0x80, 0x40}));
            await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50)).until(() -> {
                stream.writeAndFlush(Unpooled.wrappedBuffer(new byte[1]));
                return over.get();
            });
        }));
        try (Exchange exchange = loopback.pool().open(Loopback.to(server))) {
            exchange.send(PULL);
            assertThatThrownBy(exchange::receive).isInstanceOf(OutcomeUnknown.class)
                    .hasMessageContaining("less than 16384 bytes in 1 s");
        } finally {
            over.set(true);
        }
    }

    @Test
    void silentPeer_isAnOutcomeUnknownAfterTheTimeout() {
        CountDownLatch end = new CountDownLatch(1);
        QuicServer server = loopback.server(Handlers.pull((request, exchange) -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        loopback.timeout(Duration.ofSeconds(1));
        try (Exchange exchange = loopback.pool().open(Loopback.to(server))) {
            exchange.send(PULL);
            assertThatThrownBy(exchange::receive).isInstanceOf(OutcomeUnknown.class)
                    .hasMessageContaining("said nothing for 1 s");
        } finally {
            end.countDown();
        }
    }

    @Test
    void answerThatEndsTooEarly_isAnOutcomeUnknown() {
        QuicServer server = loopback.server(Handlers.pull(
                (request, exchange) -> exchange.send(new PullStart(Map.of()))));
        try (Exchange exchange = loopback.pool().open(Loopback.to(server))) {
            exchange.send(PULL);
            exchange.receive(PullStart.class);
            assertThatThrownBy(exchange::receive).isInstanceOf(OutcomeUnknown.class)
                    .hasMessageContaining("before the conversation was over");
        }
    }

    private void pullOnce(QuicServer server) {
        try (Exchange exchange = loopback.pool().open(Loopback.to(server))) {
            exchange.send(PULL);
            exchange.receive();
        }
    }

    private static List<Revision> drain(Exchange exchange) {
        List<Revision> all = new ArrayList<>();
        for (Message message = exchange.receive(); !(message instanceof PullEnd); message = exchange.receive()) {
            all.addAll(((Batch) message).records());
        }
        return all;
    }

    private static void push(Exchange exchange, List<List<Revision>> batches) {
        exchange.send(PUSH);
        exchange.receive(PushReady.class);
        for (List<Revision> batch : batches) {
            exchange.send(new Batch(Kind.EPISODES, batch));
        }
        for (int i = 0; i < batches.size(); i++) {
            exchange.receive(BatchAck.class);
        }
        exchange.send(new PushEnd());
        exchange.finish();
        exchange.receive(PushDone.class);
    }

    private List<List<Revision>> batches(int count, int records, int bytes) {
        return IntStream.range(0, count).mapToObj(i -> IntStream.range(0, records).mapToObj(j -> some.episode(bytes))
                .toList()).toList();
    }

    private static List<Revision> flat(List<List<Revision>> batches) {
        return batches.stream().flatMap(List::stream).toList();
    }
}
