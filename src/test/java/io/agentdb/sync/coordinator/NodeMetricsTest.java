package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class NodeMetricsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** The pool waits twice as long as a scrape may take. */
    @Test
    void scrape_doesNotWaitForADatabaseThatIsAway() throws Exception {
        JdbcTemplate elsewhere = new JdbcTemplate(TestPostgres.newDatabase());
        try (TestNode node = TestNode.start("scraped", "agentdb.sync.auto=true", "agentdb.sync.lag-interval=200ms",
                "spring.datasource.hikari.connection-timeout=20000")) {
            String database = node.jdbc().queryForObject("select current_database()", String.class);
            await().atMost(SOON).until(() -> scrape(node).contains("agentdb_database_up 1.0"));
            allow(elsewhere, database, false);
            try {
                elsewhere.queryForList("select pg_terminate_backend(pid) from pg_stat_activity where datname = ?",
                        database);
                await().atMost(SOON).until(() -> scrape(node).contains("agentdb_database_up 0.0"));
                assertThat(scrape(node)).contains("agentdb_sync_auto 1.0", "agentdb_sync_interval_seconds 60.0");
            } finally {
                allow(elsewhere, database, true);
            }
        }
    }

    @Test
    void automaticSync_isOnOrOffAtOnceWhereItIsSwitched_andSoonInTheOtherProcesses() {
        try (TestNode node = TestNode.start("switched", "agentdb.sync.lag-interval=10m");
                TestNode sibling = node.sibling("agentdb.sync.lag-interval=200ms")) {
            await().atMost(SOON).until(() -> auto(node) == 0 && auto(sibling) == 0);
            node.bean(SyncCoordinator.class).startAutoSync();
            assertThat(auto(node)).isEqualTo(1);
            await().atMost(SOON).until(() -> auto(sibling) == 1);
            node.bean(SyncCoordinator.class).stopAutoSync();
            assertThat(auto(node)).isZero();
        }
    }

    private static void allow(JdbcTemplate elsewhere, String database, boolean allowed) {
        elsewhere.update("update pg_database set datallowconn = ? where datname = ?", allowed, database);
    }

    private static double auto(TestNode node) {
        return node.bean(MeterRegistry.class).get("agentdb.sync.auto").gauge().value();
    }

    private static String scrape(TestNode node) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url("/actuator/prometheus")))
                .timeout(Duration.ofSeconds(10)).build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }
}
