package io.agentdb.sync.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.StartingNode;
import io.agentdb.sync.postgres.embedded.StoppablePostgres;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that start while their database is away, has nobody for them yet, or takes its time. */
class DatabaseWaitTest {

    private static final String LIVENESS = "/actuator/health/liveness";
    private static final String READINESS = "/actuator/health/readiness";
    private static final Pattern WAITS = Pattern.compile("The node waits for its database");

    @TempDir
    private Path home;
    private StoppablePostgres postgres;

    @BeforeEach
    void database() throws Exception {
        postgres = new StoppablePostgres();
    }

    @AfterEach
    void remove() throws Exception {
        postgres.close();
    }

    @Test
    void databaseThatComesLater_isWaitedFor_aliveAndNotReady_withOneLineForEachReason() throws Exception {
        String url = postgres.url();
        postgres.stop();
        try (StartingNode node = node(url.replaceAll("\\?.*", "?user=operator&password=later"))) {
            node.awaitLog("The node waits for its database");
            node.awaitStatus(LIVENESS, 200);
            assertThat(node.get(READINESS).statusCode()).isEqualTo(503);
            HttpResponse<String> refused = node.get("/episodes");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(refused.body()).contains("urn:agentdb:problem:starting", "waits for its database")
                    .doesNotContain("127.0.0.1");
            HttpResponse<String> page = node.get("/ui", "Accept", "text/html,*/*");
            assertThat(page.headers().firstValue("Refresh")).hasValue("5");
            assertThat(page.body()).startsWith("This node is starting");
            postgres.start();
            node.awaitLog("password authentication failed for user \"operator\"");
            postgres.jdbc().execute("create role operator login superuser password 'later'");
            node.awaitStatus(READINESS, 200);
            assertThat(node.get("/episodes").statusCode()).isEqualTo(200);
            assertThat(node.log()).containsPattern("The database can be used, after \\d+ s").contains(" refused",
                    "spring.datasource.password").doesNotContain("\tat ", "Exception");
            // The server's refusal while it starts may come in between.
            assertThat(WAITS.matcher(node.log()).results().count()).isBetween(2L, 3L);
        }
    }

    /** As while a standby becomes the primary; the pool's sessions would stay read-only. */
    @Test
    void databaseThatTakesNoWritesYet_isWaitedFor() throws Exception {
        postgres.jdbc().execute("alter database agentdb set default_transaction_read_only = on");
        try (StartingNode node = node(postgres.url())) {
            node.awaitLog("is read-only");
            postgres.jdbc().execute("begin; set transaction read write;"
                    + " alter database agentdb reset default_transaction_read_only; commit");
            node.awaitStatus(READINESS, 200);
            assertThat(node.log()).contains("The database can be used").doesNotContain("\tat ");
        }
    }

    @Test
    void nodeThatWaits_endsWhenItIsTold() throws Exception {
        String url = postgres.url();
        postgres.stop();
        try (StartingNode node = node(url)) {
            node.awaitLog("The node waits for its database");
            long before = System.nanoTime();
            node.terminate();
            assertThat(node.status()).isEqualTo(143);
            assertThat(System.nanoTime() - before).isLessThan(8_000_000_000L);
            assertThat(node.log()).doesNotContain("\tat ");
        }
    }

    @Test
    void patienceThatIsOver_endsTheStart_withTheReason() throws Exception {
        String url = postgres.url();
        postgres.stop();
        try (StartingNode node = node(url, "agentdb.database.patience=1s")) {
            assertThat(node.status()).isEqualTo(1);
            assertThat(node.log()).contains("1 s at most", "APPLICATION FAILED TO START", "(SQLSTATE 08001)",
                    "whether the server is up").doesNotContain("\tat ");
        }
    }

    /** Whoever watches the process would end it in the middle, and the next one again. */
    @Test
    void migrationAndRestampThatTakeLong_findTheNodeAlive() throws Exception {
        try (StartingNode first = node(postgres.url())) {
            first.awaitStatus(READINESS, 200);
        }
        // As after a copy to another cluster: the node becomes another incarnation, and restamps all that it holds.
        postgres.jdbc().update("update node set system_identifier = 1");
        try (Connection other = DriverManager.getConnection(postgres.url());
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table episodes in share mode");
            try (StartingNode node = node(postgres.url())) {
                node.awaitStatus(LIVENESS, 200);
                node.awaitStatus("/episodes", 503);
                assertThat(node.get(READINESS).statusCode()).isEqualTo(503);
                assertThat(node.get("/actuator/prometheus").body()).as("no alert has somebody end it")
                        .contains("agentdb_database_up NaN", "agentdb_node_info{");
                assertThat(node.log()).doesNotContain("the database is not the one that it was");
                other.rollback();
                node.awaitStatus(READINESS, 200);
                assertThat(node.log()).contains("the database is not the one that it was").doesNotContain("\tat ");
            }
        }
    }

    private StartingNode node(String url, String... more) throws Exception {
        String[] settings = new String[more.length + 1];
        settings[0] = "spring.datasource.url=" + url;
        System.arraycopy(more, 0, settings, 1, more.length);
        return new StartingNode(home, Map.of(), settings);
    }
}
