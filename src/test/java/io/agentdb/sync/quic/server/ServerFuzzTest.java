package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.codec.FuzzCases;
import io.agentdb.sync.protocol.codec.Sessions;
import io.agentdb.sync.quic.client.Stranger;
import io.agentdb.sync.quic.client.Watch;
import io.agentdb.sync.quic.client.WildClient;
import io.agentdb.sync.quic.client.WildClient.Answer;
import io.agentdb.sync.quic.client.WildClient.End;
import io.agentdb.sync.quic.stream.Framed;
import io.agentdb.sync.quic.stream.Spoilt;
import io.agentdb.sync.quic.stream.Transport;
import io.agentdb.sync.version.Actor;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Spoilt conversations with a whole node, see {@link FuzzCases}, many at once and on several connections, while a good
 * node synchronizes with it: whatever comes, the node answers within its protocol, forgets it, and serves the good one.
 */
class ServerFuzzTest {

    private static final int CONNECTIONS = 4;
    /** Few enough that the good client comes to its turn on a machine with two cores. */
    private static final int AT_ONCE = 16;
    /** Every so many cases, a connection goes wrong and not a stream. */
    private static final int STRANGER = 50;
    /** After a collection, beyond what the first part of the cases has left behind. */
    private static final long GROWTH = 24 << 20;

    /**
     * Of the wild clients' own streams so many may stay without an answer: it has been seen of one in some hundred
     * thousand, and why is not known. The server has to have forgotten them, and the good client never waits.
     */
    private static final int LATE = 1;

    private final EventLoopGroup group = Transport.group("wild", 1);
    private final ExecutorService callers = Executors.newFixedThreadPool(16);
    private final AtomicInteger unanswered = new AtomicInteger();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final List<WildClient> clients = new ArrayList<>();
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.start("fuzzed", "agentdb.server.limits.max-handshakes-per-minute=1000000",
                "agentdb.client.timeout=3s");
        // A spoilt cursor of two bytes would lie in a young database's future: the node then rightly takes a new
        // identity, and parts with everybody.
        node.jdbc().execute("do $$ begin for i in 1..17000 loop"
                + " perform pg_current_xact_id(); commit; end loop; end $$");
    }

    @AfterEach
    void stop() {
        clients.forEach(WildClient::close);
        callers.shutdownNow();
        node.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void spoiltSessions_areAnsweredAndForgotten_andAGoodClientIsServedThroughout() throws Exception {
        run(FuzzCases.COUNT);
    }

    @Test
    @Tag("long")
    void manySpoiltSessions_areAnsweredAndForgotten_andAGoodClientIsServedThroughout() throws Exception {
        run(FuzzCases.MANY);
    }

    /** Else the spoilt ones would try less than they seem to. */
    @Test
    void soundSessions_areServed() {
        connect();
        Actor server = node.bean(LocalNode.class).actor();
        for (int number = 0; number < 50; number++) {
            List<byte[]> session = new Sessions(FuzzCases.random(number), server).any();
            Answer answer = clients.get(0).play(Framed.all(session), End.FIN).join();
            List<Message> said = new ArrayList<>();
            assertThat(Framed.messages(answer.bytes(), said::add)).isTrue();
            assertThat(said).as("session %d", number).isNotEmpty().noneMatch(Message.Failure.class::isInstance);
        }
        assertForgotten(true, "sound sessions");
    }

    private void run(int cases) throws Exception {
        try (GoodClient good = new GoodClient(node); Watch watch = new Watch()) {
            good.start();
            int part = Math.max(1, Math.min(5_000, (cases + 1) / 2));
            Watch.Memory before = null;
            for (int first = 0; first < cases; first += part) {
                int from = FuzzCases.FIRST + first;
                int to = FuzzCases.FIRST + Math.min(first + part, cases);
                String replay = FuzzCases.replay(ServerFuzzTest.class, from, to - from);
                int served = good.served();
                play(from, to);
                assertThat(unanswered).as("streams without an answer in time; %s", replay)
                        .hasValueLessThanOrEqualTo(LATE);
                assertThat(wrong).as("cases %d to %d; %s", from, to - 1, replay).isEmpty();
                assertForgotten(first + part >= cases, replay);
                await("a run of the good client").atMost(Duration.ofMinutes(2)).until(() -> good.served() > served);
                Watch.Memory after = watch.collect();
                assertThat(watch.complaints()).as("logged during cases %d to %d; %s", from, to - 1, replay).isEmpty();
                before = before == null ? after : before;
                assertThat(after.heap()).as("bytes of heap; %s", replay).isLessThan(before.heap() + GROWTH);
                assertThat(after.direct()).as("bytes of direct memory; %s", replay)
                        .isLessThan(before.direct() + GROWTH);
            }
            good.stop();
        }
    }

    private void play(int from, int to) throws InterruptedException {
        connect();
        Actor server = node.bean(LocalNode.class).actor();
        Semaphore room = new Semaphore(AT_ONCE);
        for (int number = from; number < to; number++) {
            int one = number;
            room.acquire();
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                    .until(() -> clients.get(one % CONNECTIONS).mayOpen());
            CompletableFuture<?> played = one % STRANGER == STRANGER - 1 ? stranger(one, server) : stream(one, server);
            played.whenComplete((done, failure) -> {
                if (failure != null) {
                    wrong.add("case " + one + ": " + failure);
                }
                room.release();
            });
        }
        room.acquire(AT_ONCE);
    }

    private void connect() {
        IntStream.range(0, CONNECTIONS).forEach(i -> {
            WildClient client = WildClient.connect(group, node.quicPort());
            client.greet(Framed.one(Sessions.hello("wild" + i)));
            clients.add(client);
        });
    }

    private CompletableFuture<?> stranger(int number, Actor server) {
        return CompletableFuture.runAsync(() -> Stranger.call(number, group, node.quicPort(), server), callers);
    }

    private CompletableFuture<?> stream(int number, Actor server) {
        Spoilt spoilt = Spoilt.of(number, server);
        return clients.get(number % CONNECTIONS).play(spoilt.pieces(), spoilt.end()).handle((answer, failure) ->
                failure == null ? judge(answer, spoilt.end()) : unanswered(failure)).thenAccept(complaint -> {
            if (complaint != null) {
                wrong.add("case " + number + " (" + spoilt.how() + ", " + spoilt.end() + "): " + complaint);
            }
        });
    }

    /** @return null if it is only late, which is counted */
    private String unanswered(Throwable failure) {
        if (failure instanceof TimeoutException) {
            unanswered.incrementAndGet();
            return null;
        }
        return failure.toString();
    }

    /**
     * Whole frames that are messages, and none that says that the node itself has failed.
     *
     * @return null if all is well
     */
    private static String judge(Answer answer, End end) {
        try {
            boolean whole = Framed.messages(answer.bytes(), said -> {
                if (said instanceof Message.Failure failure && failure.code() == ErrorCode.INTERNAL) {
                    throw new IllegalStateException(failure.message());
                }
            });
            return whole || end != End.FIN || answer.broken() ? null : "the answer ends within a frame";
        } catch (ProtocolException e) {
            return "the answer is no message: " + e.getMessage();
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    /**
     * No connection is left but the good client's, and no request has failed by the node's own fault.
     *
     * @param each and before that, no stream
     */
    private void assertForgotten(boolean each, String replay) {
        // Before the wait: after a minute without a word, idle ones end by themselves.
        clients.forEach(client -> assertThat(client.open())
                .as("the server keeps a connection whose streams fail; %s", replay).isTrue());
        if (each) {
            await().atMost(Duration.ofMinutes(2)).untilAsserted(
                    () -> assertThat(strangers()).filteredOn(view -> view.openStreams() > 0)
                    .as("connections with open streams; %s", replay).isEmpty());
        }
        clients.forEach(WildClient::close);
        clients.clear();
        await().atMost(Duration.ofMinutes(2)).untilAsserted(
                () -> assertThat(strangers()).as("connections; %s", replay).isEmpty());
        assertThat(node.bean(MeterRegistry.class).find("agentdb.quic.refused").tag("reason", "internal").counters())
                .allSatisfy(counted -> assertThat(counted.count()).isZero());
    }

    private List<ConnectionRegistry.View> strangers() {
        return node.bean(ConnectionRegistry.class).views().stream().filter(view -> !"good".equals(view.nodeId()))
                .toList();
    }
}
