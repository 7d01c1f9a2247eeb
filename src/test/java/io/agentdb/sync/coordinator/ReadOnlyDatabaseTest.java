package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.agentdb.sync.run.SyncReport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A node's database takes no writes for a while, as during its maintenance or on a standby; nobody does anything about
 * the node.
 */
@Timeout(120)
class ReadOnlyDatabaseTest {

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void readOnlyDatabase_isSaidToEverybody_nothingIsSetAside_andAllGoesOnByItself() throws Exception {
        try (TestNode a = TestNode.start("fixed", "agentdb.sync.lag-interval=100ms"); TestNode b =
                TestNode.start("free")) {
            b.episode("for the other");
            JdbcTemplate jdbc = a.jdbc();
            String database = jdbc.queryForObject("select current_database()", String.class);
            jdbc.execute("alter database " + database + " set default_transaction_read_only = on");
            // As its pool does in time: a session keeps what it began with.
            a.bean(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();

            await().untilAsserted(() -> assertThat(get(a, "/actuator/health/readiness").statusCode()).isEqualTo(503));
            assertThat(get(a, "/actuator/health").body()).contains("DOWN", "is read-only");
            HttpResponse<String> refused = http.send(HttpRequest.newBuilder(URI.create(a.url("/episodes")))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"sessionId\": \"s\", \"task\": \"meanwhile\"}")).build(),
                            BodyHandlers.ofString());
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.body()).contains("read-only").doesNotContain("incident");
            assertThat(get(a, "/episodes").statusCode()).as("what is there can be read").isEqualTo(200);
            SyncReport asked = b.sync(a);
            assertThat(asked.failure()).as(asked.errors().toString()).isEqualTo("peer-fault");
            assertThat(asked.errors()).singleElement().asString().contains("UNAVAILABLE", "read-only");
            SyncReport own = a.sync(b);
            assertThat(own.failure()).as(own.errors().toString()).isEqualTo("local-database");
            assertThat(own.errors()).singleElement().asString().contains("read-only", "goes on");
            assertThat(jdbc.queryForObject("select count(*) from quarantine", Long.class)).isZero();

            b.jdbc().execute("alter database " + database + " reset default_transaction_read_only");
            await().untilAsserted(() -> assertThat(get(a, "/actuator/health/readiness").statusCode()).isEqualTo(200));
            await().untilAsserted(() -> assertThat(a.sync(b).failure()).isNull());
            assertThat(a.digests()).isEqualTo(b.digests());
        }
    }

    private HttpResponse<String> get(TestNode node, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(node.url(path))).build(), BodyHandlers.ofString());
    }
}
