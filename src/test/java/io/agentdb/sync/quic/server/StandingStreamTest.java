package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.protocol.StandingRequest;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.replica.feed.Selection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that stay open: they take turns, and between those nothing that others need. */
class StandingStreamTest {

    private static final PushRequest STAYING = new PushRequest(List.of(Kind.EPISODES), Selection.ALL).staying();

    private final Loopback loopback = new Loopback();
    private final Echo echo = new Echo();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void moreOfThemThanWorkers_areAllAnswered_againAndAgain() {
        QuicServer server = loopback.workers(2, 100).server(echo);
        List<Exchange> open = IntStream.range(0, 20).mapToObj(i -> open(loopback.pool(), server)).toList();
        for (int round = 0; round < 3; round++) {
            open.forEach(exchange -> exchange.send(new PushEnd()));
            open.forEach(exchange -> exchange.receive(PushDone.class));
        }
        open.forEach(Exchange::close);
        await().until(() -> echo.watched.isEmpty());
    }

    @Test
    void calledByTheServer_itSaysSomethingUnasked() {
        QuicServer server = loopback.server(echo);
        try (Exchange exchange = open(loopback.pool(), server)) {
            exchange.send(new PushEnd());
            exchange.receive(PushDone.class);
            echo.say = true;
            echo.watched.forEach(Runnable::run);
            exchange.receive(PushDone.class);
        }
    }

    @Test
    void thirdOnOneConnection_isRefused_andThoseThatEndedDoNotCount() {
        QuicServer server = loopback.server(echo);
        QuicClientPool pool = loopback.pool();
        for (int i = 0; i < 5; i++) {
            List<Exchange> three = IntStream.range(0, 3).mapToObj(n -> open(pool, server)).toList();
            assertThat(three.stream().map(StandingStreamTest::answer)).as("whichever comes last")
                    .containsExactlyInAnyOrder(ErrorCode.UNSPECIFIED, ErrorCode.UNSPECIFIED, ErrorCode.RATE_LIMITED);
            three.forEach(Exchange::close);
            await().until(() -> echo.watched.isEmpty());
        }
    }

    /** Why it is refused; UNSPECIFIED if it is not. */
    private static ErrorCode answer(Exchange exchange) {
        try {
            exchange.send(new PushEnd());
            exchange.receive(PushDone.class);
            return ErrorCode.UNSPECIFIED;
        } catch (PeerRejected refused) {
            return refused.code();
        }
    }

    @Test
    void stopping_endsThemAtOnce_andSaysWhy() {
        QuicServer server = loopback.server(echo);
        Exchange exchange = open(loopback.pool(), server);
        exchange.send(new PushEnd());
        exchange.receive(PushDone.class);
        CompletableFuture<String> said = OwnThread.get(() -> {
            try (exchange) {
                return exchange.receive().toString();
            } catch (SyncException ended) {
                return ended.getMessage();
            }
        });
        long start = System.nanoTime();
        server.stop();
        // The time of grace is 5 s.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        assertThat(said.join()).contains("this node is shutting down");
    }

    @Test
    void whoTakesNothingOfWhatIsSaid_isLeft_asSoonAsItsTimeIsOver() {
        QuicServer server = loopback.timeout(Duration.ofSeconds(1)).server(echo);
        Exchange exchange = open(loopback.pool(), server);
        exchange.send(new PushEnd());
        exchange.receive(PushDone.class);
        echo.chatter = 20;
        echo.watched.forEach(Runnable::run);
        await().atMost(Duration.ofSeconds(8)).until(() -> echo.watched.isEmpty());
        assertThat(echo.longestTurn).as("no worker waits for it").isLessThan(Duration.ofMillis(900));
        exchange.close();
    }

    private static Exchange open(QuicClientPool pool, QuicServer server) {
        Exchange exchange = pool.openStanding(Loopback.to(server));
        exchange.send(STAYING);
        return exchange;
    }

    /** Answers whatever is said, and says something itself when it is called. */
    private static final class Echo implements RequestHandler<PushRequest> {

        private final Set<Runnable> watched = ConcurrentHashMap.newKeySet();
        private volatile boolean say;
        /** How many mebibytes there are to be said. */
        private volatile int chatter;
        private volatile Duration longestTurn = Duration.ZERO;

        @Override
        public Class<PushRequest> request() {
            return PushRequest.class;
        }

        @Override
        public void handle(PushRequest request, Exchange exchange) {
            throw new IllegalStateException("it stays open");
        }

        @Override
        public Optional<StandingRequest> open(PushRequest request, Exchange exchange) {
            return Optional.of(new StandingRequest() {
                @Override
                public boolean goOn() {
                    long start = System.nanoTime();
                    while (exchange.ready()) {
                        exchange.receive();
                        exchange.send(new PushDone());
                    }
                    for (; chatter > 0 && exchange.keepsUp(); chatter--) {
                        exchange.send(new Failure(ErrorCode.INTERNAL, "x".repeat(1 << 20), Duration.ZERO));
                    }
                    Duration turn = Duration.ofNanos(System.nanoTime() - start);
                    longestTurn = turn.compareTo(longestTurn) > 0 ? turn : longestTurn;
                    if (say) {
                        say = false;
                        exchange.send(new PushDone());
                    }
                    return true;
                }

                @Override
                public Runnable watch(Runnable due) {
                    watched.add(due);
                    return () -> watched.remove(due);
                }
            });
        }
    }
}
