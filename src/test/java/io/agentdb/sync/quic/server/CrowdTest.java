package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.admission.ClientCertificates;
import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.admission.Token;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.replica.feed.Selection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many clients at once, and greedy ones. */
class CrowdTest {

    private static final PushRequest PUSH = new PushRequest(List.of(Kind.EPISODES), Selection.ALL);

    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void twoHundredClients_againstALimitOfOneHundred_areServedOrTold() throws Exception {
        QuicServer server = loopback.server(Loopback.settings(0, 100, null, Loopback.DEVELOPMENT));
        ExecutorService callers = Executors.newFixedThreadPool(20);
        try {
            List<QuicClientPool> pools = IntStream.range(0, 200).mapToObj(i -> loopback.pool()).toList();
            List<CompletableFuture<ErrorCode>> answers = pools.stream()
                    .map(pool -> CompletableFuture.supplyAsync(() -> {
                try {
                    pool.session(Loopback.to(server));
                    return ErrorCode.UNSPECIFIED;
                } catch (PeerRejected refused) {
                    return refused.code();
                }
            }, callers)).toList();
            List<ErrorCode> said = new ArrayList<>();
            for (CompletableFuture<ErrorCode> answer : answers) {
                said.add(answer.get());
            }
            assertThat(said).filteredOn(code -> code == ErrorCode.UNSPECIFIED).hasSize(100);
            assertThat(said).filteredOn(code -> code == ErrorCode.TOO_MANY_CONNECTIONS).hasSize(100);
            assertThat(server.status().connections()).isEqualTo(100);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void modestClient_besideFiveGreedyOnes_getsItsTurns() throws Exception {
        List<Token> tokens = new ArrayList<>(List.of(new Token("modest", "modest", null, null, null)));
        IntStream.range(0, 5).forEach(i -> tokens.add(new Token("greedy" + i, "greedy" + i, null, null, null)));
        Counting served = new Counting();
        QuicServer server = loopback.workers(2, 100).server(Loopback.settings(0, 100, null, Loopback.DEVELOPMENT),
                new HelloCheck(new Credentials(Clock.systemUTC(), tokens), new ClientCertificates(Map.of(), Map.of())),
                        served);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService callers = Executors.newFixedThreadPool(50);
        try {
            for (int client = 0; client < 5; client++) {
                DialTarget remote = Loopback.to("127.0.0.1", server, "greedy" + client, null);
                QuicClientPool pool = loopback.pool();
                for (int stream = 0; stream < 10; stream++) {
                    callers.execute(() -> {
                        while (!over.get()) {
                            ask(pool, remote);
                        }
                    });
                }
            }
            QuicClientPool pool = loopback.pool();
            DialTarget modest = Loopback.to("127.0.0.1", server, "modest", null);
            ask(pool, modest);
            int before = served.greedy.get();
            for (int i = 0; i < 50; i++) {
                ask(pool, modest);
            }
            // Five others have a turn each while one waits for its own; and more while its answer and its next question
            // travel, which takes long on a busy machine. In one queue all 50 streams of the others would be served
            // before each of its questions.
            assertThat(served.greedy.get() - before).isLessThan(50 * 50 / 2);
        } finally {
            over.set(true);
            callers.shutdownNow();
        }
    }

    private static void ask(QuicClientPool pool, DialTarget remote) {
        try (Exchange exchange = pool.open(remote)) {
            exchange.send(PUSH);
            exchange.receive(PushDone.class);
        } catch (PeerRejected waiting) {
            assertThat(waiting.code()).isEqualTo(ErrorCode.RATE_LIMITED);
        }
    }

    private static final class Counting implements RequestHandler<PushRequest> {
        private final AtomicInteger greedy = new AtomicInteger();

        @Override
        public Class<PushRequest> request() {
            return PushRequest.class;
        }

        @Override
        public void handle(PushRequest request, Exchange exchange) {
            if (exchange.session().caller().name().startsWith("greedy")) {
                greedy.incrementAndGet();
            }
            // The work: without any, the network would be what everybody waits for, and not each other.
            LockSupport.parkNanos(10_000_000);
            exchange.send(new PushDone());
        }
    }
}
