package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import io.agentdb.sync.protocol.codec.MessageCodec;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.replica.feed.Selection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many clients at once, and greedy ones. */
class CrowdTest {

    private static final PushRequest PUSH = new PushRequest(List.of(Kind.EPISODES), Selection.ALL);
    private static final int REQUEST_BYTES = MessageCodec.encode(PUSH).length;

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
    void modestClient_besideFiveGreedyOnes_getsItsTurns() {
        List<Token> tokens = new ArrayList<>(List.of(new Token("modest", "modest", null, null, null)));
        IntStream.range(0, 5).forEach(i -> tokens.add(new Token("greedy" + i, "greedy" + i, null, null, null)));
        Gated work = new Gated();
        QuicServer server = loopback.workers(2, 100).server(Loopback.settings(0, 100, null, Loopback.DEVELOPMENT),
                new HelloCheck(new Credentials(Clock.systemUTC(), tokens), new ClientCertificates(Map.of(), Map.of())),
                        work);
        List<Supplier<Exchange>> greedy = IntStream.range(0, 5).mapToObj(i -> asker("greedy" + i, server)).toList();
        List<Exchange> asked = IntStream.range(0, 50).mapToObj(i -> greedy.get(i % 5).get()).toList();
        Supplier<Exchange> modest = asker("modest", server);
        try {
            for (int question = 0; question < 4; question++) {
                Exchange exchange = modest.get();
                work.awaitArrived(asked.size() + question + 1);
                List<String> before = work.untilBegun("modest");
                // In one queue, all that wait would be served before it.
                assertThat(before).as("five others have a turn each").hasSizeLessThanOrEqualTo(5);
                work.finishOldest();
                work.finishOldest();
                exchange.receive(PushDone.class);
            }
        } finally {
            work.finishAll();
        }
    }

    /** Asks, and leaves it to its caller to wait for the answer. */
    private Supplier<Exchange> asker(String client, QuicServer server) {
        QuicClientPool pool = loopback.pool();
        DialTarget remote = Loopback.to("127.0.0.1", server, client, null);
        return () -> {
            Exchange exchange = pool.open(remote);
            exchange.send(PUSH);
            return exchange;
        };
    }

    /** Work that takes as long as the test says. Both workers are always at it: the line only moves when told to. */
    private final class Gated implements RequestHandler<PushRequest> {
        private final List<String> begun = new CopyOnWriteArrayList<>();
        private final Semaphore finishing = new Semaphore(0, true);
        private int finished;

        @Override
        public Class<PushRequest> request() {
            return PushRequest.class;
        }

        @Override
        public void handle(PushRequest request, Exchange exchange) {
            begun.add(exchange.session().caller().name());
            try {
                finishing.acquire();
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
                return;
            }
            exchange.send(new PushDone());
        }

        /** Until that many requests have ever come in: both workers are at one, and the others wait. */
        void awaitArrived(int requests) {
            await().until(() -> begun.size() - finished == 2
                    && loopback.waiting.taken() == (long) (requests - begun.size()) * REQUEST_BYTES);
        }

        /** @return whose requests have their turn before that client's */
        List<String> untilBegun(String client) {
            int before = begun.size();
            while (!begun.get(begun.size() - 1).equals(client)) {
                finishOldest();
            }
            return List.copyOf(begun.subList(before, begun.size() - 1));
        }

        void finishOldest() {
            finished++;
            finishing.release();
            await().until(() -> begun.size() - finished == 2);
        }

        void finishAll() {
            finishing.release(1_000);
        }
    }
}
