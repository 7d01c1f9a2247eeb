package io.agentdb.sync.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.embedded.StoppablePostgres;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.simulation.AppliedVersions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
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
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** A node's database goes away under load and comes back; nobody does anything about it. */
@Timeout(240)
class OutageTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String[] EAGER = {"agentdb.sync.auto=true", "agentdb.sync.interval=300ms",
            "agentdb.client.max-retries=0"};
    /**
     * Shorter than both indicators that need the database would take in the long tests if they waited as long as the
     * pool.
     */
    private static final Duration PROBE = Duration.ofSeconds(6);

    /** The one connection that a node never gives back. */
    private static final int ITS_PRESENCE = 1;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Set<UUID> acknowledged = new ConcurrentSkipListSet<>();
    private final AtomicInteger failed = new AtomicInteger();

    @Test
    void stoppedDatabase_losesAndDoublesNothing_andSyncsResumeAlone() throws Exception {
        outage(Duration.ofSeconds(5), 500, StoppablePostgres::stop);
    }

    @Test
    @Tag("long")
    void databaseStoppedForHalfAMinute_losesAndDoublesNothing_andSyncsResumeAlone() throws Exception {
        outage(Duration.ofSeconds(30), 4_000, StoppablePostgres::stop);
    }

    @Test
    @Tag("long")
    void databaseKilledForHalfAMinute_losesAndDoublesNothing_andSyncsResumeAlone() throws Exception {
        outage(Duration.ofSeconds(30), 4_000, StoppablePostgres::kill);
    }

    private void outage(Duration length, int poolMillis, Consumer<StoppablePostgres> end) throws Exception {
        List<String> onIt = new ArrayList<>(List.of(EAGER));
        try (StoppablePostgres postgres = new StoppablePostgres()) {
            onIt.addAll(List.of("spring.datasource.url=" + postgres.url(),
                    "spring.datasource.hikari.connection-timeout=" + poolMillis));
            try (TestNode a = TestNode.start("stricken", onIt.toArray(String[]::new)); TestNode b =
                    TestNode.start("well", EAGER)) {
                JdbcTemplate there = postgres.jdbc();
                JdbcTemplate here = b.jdbc();
                AppliedVersions.record(there);
                AppliedVersions.record(here);
                a.bean(Peers.class).save(a.peer(b), Map.of());
                b.bean(Peers.class).save(b.peer(a), Map.of());
                ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);
                writers.scheduleAtFixedRate(() -> write(there), 0, 10, TimeUnit.MILLISECONDS);
                writers.scheduleAtFixedRate(() -> write(here), 0, 10, TimeUnit.MILLISECONDS);
                await().atMost(SOON).until(() -> count(there) > 50 && count(here) > 50);
                assertThat(health(a)).isEqualTo("200 UP");

                end.accept(postgres);
                long ended = System.nanoTime();
                assertToldByEverybody(a, b);
                await().atMost(length.plus(SOON)).until(() -> System.nanoTime() - ended > length.toNanos());
                assertThat(failed).as("writes that the stricken database refused").hasPositiveValue();
                postgres.start();
                await().atMost(SOON).until(() -> health(a).equals("200 UP"));

                writers.shutdown();
                assertThat(writers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
                await().atMost(SOON).until(() -> ids(there).equals(acknowledged) && ids(here).equals(acknowledged));
                await().atMost(SOON).until(() -> a.digests().equals(b.digests()));
                // Live sync is on both: as long as one of them has a link, the other listens to its own feed.
                List.of(a, b).forEach(node -> node.bean(SyncCoordinator.class).stopAutoSync());
                assertNothingIsLeftOver(a);
                assertNothingIsLeftOver(b);
            }
        }
    }

    /** The node itself, to whoever probes, calls or asks it to synchronize; and its peer. */
    private void assertToldByEverybody(TestNode stricken, TestNode peer) throws Exception {
        await().atMost(SOON).until(() -> health(stricken).equals("503 DOWN"));
        HttpResponse<String> refused = http.send(request(stricken, "/episodes")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"sessionId\": \"s\", \"task\": \"meanwhile\"}")).build(),
                        BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("urn:agentdb:problem:service-unavailable");
        SyncReport own = stricken.sync(peer);
        assertThat(own.failure()).as(own.errors().toString()).isEqualTo("local-database");
        SyncReport asked = peer.sync(stricken);
        assertThat(asked.failure()).as(asked.errors().toString()).isEqualTo("peer-fault");
        assertThat(asked.errors()).singleElement().asString().contains("UNAVAILABLE", "database");
        assertThat(health(peer)).isEqualTo("200 UP");
    }

    private static void assertNothingIsLeftOver(TestNode node) {
        JdbcTemplate database = node.bean(JdbcTemplate.class);
        assertThat(AppliedVersions.twice(database)).as("applied twice").isEmpty();
        assertThat(database.queryForList("select kind, id::text, reason from quarantine union all"
                + " select kind, record_id::text, outcome from conflicts")).as("set aside, or in conflict with itself")
                .isEmpty();
        assertThat(node.bean(MeterRegistry.class).find("agentdb.sync.failures").tag("reason", "internal").counters())
                .as("failures that were not foreseen").extracting(Counter::count).allMatch(count -> count == 0);
        HikariDataSource pool = node.bean(HikariDataSource.class);
        await().atMost(SOON).until(() -> pool.getHikariPoolMXBean().getActiveConnections() == ITS_PRESENCE);
    }

    /**
     * Each record until it is acknowledged: whoever does not know whether it was written writes it again under its id.
     */
    private void write(JdbcTemplate database) {
        UUID id = UUID.randomUUID();
        while (!acknowledged.contains(id)) {
            try {
                database.update("insert into episodes (id, session_id, task) values (?, 's', ?) on conflict (id) do"
                        + " nothing", id, "written under load, as " + id);
                acknowledged.add(id);
            } catch (DataAccessException away) {
                failed.incrementAndGet();
                Thread.onSpinWait();
            }
        }
    }

    private String health(TestNode node) throws Exception {
        HttpResponse<String> answer = http.send(request(node, "/actuator/health").timeout(PROBE).build(),
                BodyHandlers.ofString());
        return answer.statusCode() + (answer.body().contains("\"status\":\"DOWN\"") ? " DOWN" : " UP");
    }

    private static HttpRequest.Builder request(TestNode node, String path) {
        return HttpRequest.newBuilder(URI.create(node.url(path)));
    }

    private static int count(JdbcTemplate database) {
        return database.queryForObject("select count(*) from episodes", Integer.class);
    }

    private static Set<UUID> ids(JdbcTemplate database) {
        return new TreeSet<>(database.queryForList("select id from episodes", UUID.class));
    }
}
