package io.agentdb.sync.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.agentdb.sync.postgres.StoppablePostgres;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** A node's database stops under load and comes back; nobody does anything about it. */
@Timeout(240)
class OutageTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private final Set<UUID> acknowledged = new ConcurrentSkipListSet<>();
    private final AtomicInteger failed = new AtomicInteger();

    @Test
    void stoppedDatabase_losesAndDoublesNothing_andSyncsResumeAlone() throws Exception {
        outage(Duration.ofSeconds(5));
    }

    @Test
    @Tag("long")
    void databaseStoppedForHalfAMinute_losesAndDoublesNothing_andSyncsResumeAlone() throws Exception {
        outage(Duration.ofSeconds(30));
    }

    private void outage(Duration length) throws Exception {
        String[] eager = {"agentdb.sync.auto=true", "agentdb.sync.interval=300ms", "agentdb.client.max-retries=0", "agentdb.client.timeout=3s",
            "spring.datasource.hikari.connection-timeout=2000"};
        List<String> onIt = new ArrayList<>(List.of(eager));
        try (StoppablePostgres postgres = new StoppablePostgres()) {
            onIt.add("spring.datasource.url=" + postgres.url());
            try (TestNode a = TestNode.start("stricken", onIt.toArray(String[]::new)); TestNode b = TestNode.start("well", eager)) {
                a.bean(Peers.class).save(a.peer(b), Map.of());
                b.bean(Peers.class).save(b.peer(a), Map.of());
                JdbcTemplate there = postgres.jdbc();
                JdbcTemplate here = b.jdbc();
                ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);
                writers.scheduleAtFixedRate(() -> write(there), 0, 10, TimeUnit.MILLISECONDS);
                writers.scheduleAtFixedRate(() -> write(here), 0, 10, TimeUnit.MILLISECONDS);
                await().atMost(Duration.ofSeconds(30)).until(() -> count(there) > 50 && count(here) > 50);
                assertThat(health(a)).isEqualTo("200 UP");

                postgres.stop();
                long stopped = System.nanoTime();
                await().atMost(Duration.ofSeconds(20)).until(() -> health(a).equals("503 DOWN"));
                await().atMost(length.plusSeconds(10)).until(() -> System.nanoTime() - stopped > length.toNanos());
                assertThat(failed).as("writes that the stricken database refused").hasPositiveValue();
                postgres.start();
                await().atMost(Duration.ofSeconds(20)).until(() -> health(a).equals("200 UP"));

                writers.shutdown();
                assertThat(writers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
                await().atMost(Duration.ofSeconds(60)).until(() -> ids(there).equals(acknowledged) && ids(here).equals(acknowledged));
                await().atMost(Duration.ofSeconds(60)).until(() -> a.digests().equals(b.digests()));
                assertThat(count(there)).as("none is there twice").isEqualTo(acknowledged.size());
                assertThat(a.bean(MeterRegistry.class).find("agentdb.sync.failures").counters().stream().mapToDouble(Counter::count).sum()
                        + b.bean(MeterRegistry.class).find("agentdb.sync.failures").counters().stream().mapToDouble(Counter::count).sum())
                        .as("runs that failed meanwhile, and were told apart").isPositive();
                for (TestNode node : List.of(a, b)) {
                    node.bean(SyncCoordinator.class).stopAutoSync();
                    HikariDataSource pool = node.bean(HikariDataSource.class);
                    await().atMost(Duration.ofSeconds(30)).until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
                }
            }
        }
    }

    /** Each record until it is acknowledged: whoever does not know whether it was written writes it again under its id. */
    private void write(JdbcTemplate database) {
        UUID id = UUID.randomUUID();
        while (!acknowledged.contains(id)) {
            try {
                database.update("insert into episodes (id, session_id, task) values (?, 's', 'under load') on conflict (id) do nothing", id);
                acknowledged.add(id);
            } catch (DataAccessException away) {
                failed.incrementAndGet();
                Thread.onSpinWait();
            }
        }
    }

    private String health(TestNode node) throws Exception {
        var answer = http.send(HttpRequest.newBuilder(URI.create(node.url("/actuator/health"))).timeout(Duration.ofSeconds(15)).build(),
                BodyHandlers.ofString());
        return answer.statusCode() + (answer.body().contains("\"status\":\"DOWN\"") ? " DOWN" : " UP");
    }

    private static int count(JdbcTemplate database) {
        return database.queryForObject("select count(*) from episodes", Integer.class);
    }

    private static Set<UUID> ids(JdbcTemplate database) {
        return new TreeSet<>(database.queryForList("select id from episodes", UUID.class));
    }
}
