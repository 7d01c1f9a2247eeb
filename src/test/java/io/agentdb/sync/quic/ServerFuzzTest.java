package io.agentdb.sync.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.sync.RunOptions;
import io.agentdb.sync.sync.SyncReport;
import io.agentdb.sync.sync.TestNode;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Mutated requests of another implementation of QUIC against a whole node, with a good client beside them: {@code ./mvnw test
 * -Dtest=ServerFuzzTest -Dfuzz.cases=100000}. Every case has a seed; what interplay with the others does is not the seed's.
 */
class ServerFuzzTest {

    private static final int ATTACKERS = 3;
    private static final long FLAT_BYTES = 24 << 20;

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final ResourceLeakDetector.Level leaks = ResourceLeakDetector.getLevel();
    private final ListAppender<ILoggingEvent> errors = new ListAppender<>();
    private final Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);

    @BeforeEach
    void watch() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        errors.setContext(root.getLoggerContext());
        errors.addFilter(new ch.qos.logback.core.filter.Filter<>() {
            @Override
            public ch.qos.logback.core.spi.FilterReply decide(ILoggingEvent event) {
                return event.getLevel().isGreaterOrEqual(Level.ERROR) ? ch.qos.logback.core.spi.FilterReply.NEUTRAL
                        : ch.qos.logback.core.spi.FilterReply.DENY;
            }
        });
        errors.start();
        root.addAppender(errors);
    }

    @AfterEach
    void unwatch() {
        root.detachAppender(errors);
        ResourceLeakDetector.setLevel(leaks);
    }

    @Test
    void mutatedRequests_harmNobody() throws Exception {
        run(Integer.getInteger("fuzz.cases", 2_000));
    }

    @Test
    @Tag("long")
    void manyMutatedRequests_harmNobody() throws Exception {
        run(20_000);
    }

    private void run(int cases) throws Exception {
        try (TestNode node = TestNode.start("fuzzed", "agentdb.client.timeout=3s"); TestNode good = TestNode.start("good")) {
            AtomicLong next = new AtomicLong(seed);
            long quarter = quarter(node, next, seed + cases / 4, good);
            long end = quarter(node, next, seed + cases, good);
            assertThat(end).as("bytes in use after %d and %d cases, seed %d", cases / 4, cases, seed).isLessThan(quarter + FLAT_BYTES);
            ConnectionRegistry connections = node.bean(ConnectionRegistry.class);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(connections.views())
                    .filteredOn(view -> view.direction() == Direction.IN).as("only the good client is left, and it asks nothing")
                    .allMatch(view -> "good".equals(view.nodeId()) && view.openStreams() == 0));
            SyncReport last = good.sync(good.peer(node), RunOptions.DEFAULT);
            assertThat(last.errors()).isEmpty();
            for (String task : good.jdbc().queryForList("select task from episodes where session_id = 's'", String.class)) {
                assertThat(node.jdbc().queryForObject("select count(*) from episodes where task = ?", Integer.class, task)).isEqualTo(1);
            }
        }
        System.gc();
        assertThat(errors.list).as("errors and leaks; seed %d", seed).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
    }

    /** Goes on up to that case, the good client beside it. @return bytes in use afterwards, inside and outside the heap */
    private static long quarter(TestNode node, AtomicLong next, long until, TestNode good) throws Exception {
        ExecutorService attackers = Executors.newFixedThreadPool(ATTACKERS);
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < ATTACKERS; i++) {
            ends.add(attackers.submit(() -> {
                try (Attacker attacker = new Attacker(node.quicPort())) {
                    for (long one = next.getAndIncrement(); one < until; one = next.getAndIncrement()) {
                        attacker.attack(one);
                    }
                }
            }));
        }
        attackers.shutdown();
        int served = 0;
        while (!attackers.awaitTermination(0, TimeUnit.SECONDS)) {
            good.jdbc().update("insert into " + Kind.EPISODES + " (session_id, task) values ('s', ?)", "good " + System.nanoTime());
            SyncReport report = good.sync(good.peer(node), RunOptions.DEFAULT);
            assertThat(report.errors()).as("the good client's run beside the attack").isEmpty();
            served++;
        }
        for (Future<?> end : ends) {
            end.get();
        }
        assertThat(served).isPositive();
        next.set(until);
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }
}
