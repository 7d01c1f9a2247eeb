package io.agentdb.sync.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a peer keeps open takes nothing from the others, whatever it does with it: the node has two workers here. */
@Timeout(180)
class GreedyPeerTest {

    private static final int ROWS = 2_500;

    private final TestNode node = TestNode.start("node", "spring.datasource.hikari.maximum-pool-size=4",
            "agentdb.client.timeout=120s");
    private final Loopback loopback = new Loopback().timeout(Duration.ofSeconds(45));
    private final AtomicBoolean enough = new AtomicBoolean();

    @AfterEach
    void close() {
        enough.set(true);
        loopback.close();
        node.close();
    }

    @Test
    void moreThatFloodThanWorkers_leaveAnyoneElseAWorker_andLoseNothing() {
        List<Flood> floods = IntStream.range(0, 3).mapToObj(Flood::new).toList();
        await().until(() -> floods.stream().allMatch(flood -> skills("flood " + flood.number) > 0));
        for (int i = 0; i < 5; i++) {
            pullOfAnother("other" + i);
        }
        enough.set(true);
        floods.forEach(Flood::end);
        floods.forEach(flood -> assertThat(skills("last of " + flood.number)).isEqualTo(1));
        await().until(() -> node.bean(MemoryBudget.class).taken() == 0);
    }

    @Test
    void moreThatTakeNothingThanWorkers_leaveAnyoneElseAWorker_andMissNothing() {
        List<Exchange> idle = IntStream.range(0, 3).mapToObj(i -> standing("idle" + i, pull(true))).toList();
        await().until(() -> open() == 3);
        node.jdbc().update("""
                insert into episodes (session_id, task, input)
                select 's', 'large', (select string_agg(encode(sha512((i || '.' || j)::bytea), 'base64'), '')
                    from generate_series(1, 60) j) from generate_series(1, ?) i""", ROWS);
        for (int i = 0; i < 5; i++) {
            pullOfAnother("other" + i);
        }
        for (Exchange exchange : idle) {
            int got = 0;
            while (got < ROWS) {
                got += exchange.receive() instanceof Batch batch ? batch.records().size() : 0;
            }
            assertThat(got).isEqualTo(ROWS);
            exchange.close();
        }
    }

    @Test
    void whatIsOpenedAndDropped_againAndAgain_leavesNothing() {
        QuicClientPool pool = pool("fickle");
        for (int i = 0; i < 300; i++) {
            Exchange dropped = pool.openStanding(Loopback.to(node.bean(QuicServer.class)));
            dropped.send(i % 2 == 0 ? pull(true) : new PushRequest(List.of(Kind.SKILLS), Selection.ALL).staying());
            if (i % 3 == 0) {
                ignoringRefusal(dropped::receive);
            }
            dropped.close();
        }
        await().until(() -> open() == 0);
        Exchange pull = standing("fickle", pull(true));
        untilEnd(pull);
        node.episode("there is a place for another");
        assertThat(pull.receive()).isInstanceOf(Batch.class);
        pull.close();
    }

    /** As any peer that comes by would. */
    private void pullOfAnother(String name) {
        try (Exchange exchange = standing(name, pull(false))) {
            untilEnd(exchange);
        }
    }

    private static void untilEnd(Exchange exchange) {
        Message message = exchange.receive();
        while (!(message instanceof PullEnd)) {
            message = exchange.receive();
        }
    }

    private PullRequest pull(boolean live) {
        Cursor start = Cursor.start(node.bean(LocalNode.class).actor());
        return new PullRequest(Map.of(Kind.EPISODES, start), Selection.ALL, 100, Map.of(), List.of(), live);
    }

    private Exchange standing(String name, Message.Request request) {
        Exchange exchange = pool(name).openStanding(Loopback.to(node.bean(QuicServer.class)));
        exchange.send(request);
        return exchange;
    }

    private QuicClientPool pool(String name) {
        return loopback.pool(name, Loopback.UNVERIFIED, 1, Limits.ALPN, 0);
    }

    private int open() {
        return node.bean(ConnectionRegistry.class).views().stream()
                .mapToInt(ConnectionRegistry.View::openStreams).sum();
    }

    private int skills(String name) {
        return node.jdbc().queryForObject("select count(*) from skills where name = ?", Integer.class, name);
    }

    private static void ignoringRefusal(Runnable what) {
        try {
            what.run();
        } catch (SyncException refused) {
            assertThat(refused).hasMessageContaining("stay open here");
        }
    }

    /** Sends what is known already, again and again, so that there is always more. */
    private final class Flood {

        private static final int UNDER_WAY = 16;

        private final int number;
        private final Exchange exchange;
        private final CompletableFuture<Void> under;

        Flood(int number) {
            this.number = number;
            this.exchange = standing("flood" + number, new PushRequest(List.of(Kind.SKILLS), Selection.ALL).staying());
            List<Revision> same = IntStream.range(0, 20).mapToObj(i ->
                    skill("flood " + number + (i == 0 ? "" : "." + i), i + 1)).toList();
            this.under = OwnThread.run(() -> {
                exchange.receive(PushReady.class);
                int unanswered = 0;
                while (!enough.get()) {
                    exchange.send(new Batch(Kind.SKILLS, same));
                    // Always more than a turn takes; without a bound, hellos of others would drown.
                    for (unanswered++; unanswered > UNDER_WAY; unanswered--) {
                        exchange.receive(BatchAck.class);
                    }
                }
            });
        }

        void end() {
            under.join();
            exchange.send(new Batch(Kind.SKILLS, List.of(skill("last of " + number, 1_000))));
            exchange.send(new PushEnd());
            Message message = exchange.receive();
            while (!(message instanceof PushDone)) {
                message = exchange.receive();
            }
            exchange.close();
        }

        private Revision skill(String name, long counter) {
            Dot dot = new Dot(new Actor("flood" + number + ".aaaaaaaa"), counter, 2);
            Object[] values = new Object[Kind.SKILLS.columns().size()];
            values[Kind.SKILLS.indexOf("name")] = name;
            values[Kind.SKILLS.indexOf("created_at")] = Instant.EPOCH;
            return new Revision(Kind.SKILLS, Identity.skill(name), new Version(dot, VersionVector.of(dot), 1),
                    new Content(Arrays.asList(values)));
        }
    }
}
