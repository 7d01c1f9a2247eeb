package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.admission.ClientCertificates;
import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.admission.Token;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A few kilobytes that make megabytes of themselves, from many at once: the memory that they take has a bound, and
 * everybody is served.
 */
class BudgetTest {

    private static final long MOST = 48 << 20;
    private static final PushRequest PUSH = new PushRequest(List.of(Kind.EPISODES), Selection.ALL);
    private final Loopback loopback = new Loopback();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicInteger decoded = new AtomicInteger();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void batchesThatMakeMuchOfThemselves_takeNoMoreThanTheBudget_andAllAreServed() {
        loopback.memory = new MemoryBudget(MOST);
        QuicServer server = loopback.server(new Taking());
        List<CompletableFuture<Void>> pushes = java.util.stream.IntStream.range(0, 8)
                .mapToObj(i -> OwnThread.run(() -> {
            try (Exchange exchange = loopback.pool("n" + i, Loopback.UNVERIFIED, 1,
                    io.agentdb.sync.protocol.Limits.ALPN, 0)
                    .open(Loopback.to(server))) {
                exchange.send(PUSH);
                exchange.receive(PushReady.class);
                for (int batch = 0; batch < 3; batch++) {
                    exchange.send(new Batch(Kind.EPISODES, List.of(record(3 << 20))));
                }
                exchange.send(new PushEnd());
                while (!(exchange.receive() instanceof PushDone)) {
                    // Acknowledgements.
                }
            }
        })).toList();
        pushes.forEach(CompletableFuture::join);
        assertThat(decoded).hasValue(24);
        assertThat(taken.get()).isPositive().isLessThanOrEqualTo(MOST);
        await().until(() -> loopback.memory.taken() == 0);
    }

    @Test
    void batchOfWhoMayNotWriteIt_isNotDecoded() {
        loopback.memory = new MemoryBudget(0);
        QuicServer server = loopback.server(Loopback.settings(0, 10, null, Loopback.DEVELOPMENT),
                new HelloCheck(new Credentials(Clock.systemUTC(),
                        List.of(new Token("nothing", "nothing", Map.of("full", "none"), null, null))),
                                new ClientCertificates(Map.of(), Map.of())), new Taking());
        assertThatThrownBy(() -> {
            try (Exchange exchange = loopback.pool().open(Loopback.to("127.0.0.1", server, "nothing", null))) {
                exchange.send(new Batch(Kind.EPISODES, List.of(record(100 << 10))));
                exchange.receive();
            }
        }).isInstanceOfSatisfying(PeerRejected.class, refused -> assertThat(refused.code())
                .isEqualTo(ErrorCode.FORBIDDEN));
        assertThat(decoded).hasValue(0);
    }

    private static Revision record(int characters) {
        Object[] values = new Object[Kind.EPISODES.columns().size()];
        values[Kind.EPISODES.indexOf("ts")] = Instant.EPOCH;
        values[Kind.EPISODES.indexOf("session_id")] = "s";
        values[Kind.EPISODES.indexOf("task")] = "t";
        values[Kind.EPISODES.indexOf("output")] = bulk(characters);
        values[Kind.EPISODES.indexOf("created_at")] = Instant.EPOCH;
        Dot dot = new Dot(new Actor("client.aaaaaaaa"), 1, 1);
        return new Revision(Kind.EPISODES, UUID.randomUUID(), new Version(dot, VersionVector.of(dot), 1),
                new Content(Arrays.asList(values)));
    }

    private static String bulk(int characters) {
        StringBuilder bulk = new StringBuilder();
        for (int i = 0; bulk.length() < characters; i++) {
            bulk.append("line ").append(i / 50).append(" of what repeats itself, and again and again\n");
        }
        return bulk.toString();
    }

    private final class Taking implements RequestHandler<PushRequest> {
        @Override
        public Class<PushRequest> request() {
            return PushRequest.class;
        }

        @Override
        public void handle(PushRequest request, Exchange exchange) {
            exchange.send(new PushReady(Map.of()));
            for (Message message = exchange.receive(); message instanceof Batch batch; message = exchange.receive()) {
                taken.accumulateAndGet(loopback.memory.taken(), Math::max);
                decoded.addAndGet(batch.records().size());
                exchange.send(new BatchAck(1, 0, 0, List.of(), false));
            }
            exchange.send(new PushDone());
        }
    }
}
