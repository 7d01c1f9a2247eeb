package io.agentdb.sync.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.postgres.embedded.StoppablePostgres;
import io.agentdb.sync.run.SyncReport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The database's disk is a small file system in memory; to mount one takes root. */
@Timeout(120)
class DiskFullTest {

    private static final String[] SETTINGS = {"agentdb.client.max-retries=0",
            "spring.datasource.hikari.connection-timeout=1000"};

    private final HttpClient http = HttpClient.newHttpClient();
    @TempDir
    private Path disk;

    @AfterEach
    void unmount() throws Exception {
        run("umount", "--lazy", disk.toString());
    }

    @Test
    void fullDisk_isToldClearly_setsNothingAside_andIsRecoveredFromWhenFreed() throws Exception {
        mount("6m");
        try (StoppablePostgres postgres = new StoppablePostgres();
                TestNode full = TestNode.start("full", SETTINGS[0], SETTINGS[1],
                        "spring.datasource.url=" + postgres.url());
                TestNode other = TestNode.start("other", SETTINGS)) {
            JdbcTemplate database = postgres.jdbc();
            database.execute("create tablespace small location '" + Files.createDirectory(disk.resolve("episodes"))
                    + "'");
            database.execute("alter table episodes set tablespace small");
            episode(other, "before");
            assertThat(full.sync(other).errors()).isEmpty();
            assertThat(other.sync(full).errors()).isEmpty();
            Path ballast = fill();

            String record = "\"sessionId\": \"s\", \"task\": \"too large\", \"output\": \"" + noise() + "\"}";
            assertTold(post(full, "/episodes", "application/json", "{" + record));
            assertTold(post(full, "/import", "application/x-ndjson", "{\"kind\": \"episode\", " + record + "\n"));

            List<Map<String, Object>> read = cursors(full, "pull");
            List<Map<String, Object>> sent = cursors(other, "push");
            episode(other, "while it is full");
            assertFailed(full.sync(other), "local-database");
            assertFailed(other.sync(full), "peer-fault");
            assertThat(cursors(full, "pull")).isNotEmpty().isEqualTo(read);
            assertThat(cursors(other, "push")).isNotEmpty().isEqualTo(sent);
            assertThat(database.queryForObject("select count(*) from episodes", Integer.class)).isEqualTo(1);

            Files.delete(ballast);
            assertEqualAfterOneSync(full, other, 2);
        }
    }

    @Test
    @Tag("long")
    void fullDiskUnderTheLogToo_stopsTheServer_whichComesBackWhenFreed() throws Exception {
        mount("160m");
        try (StoppablePostgres postgres = new StoppablePostgres(Files.createDirectory(disk.resolve("database")));
                TestNode full = TestNode.start("full", SETTINGS[0], SETTINGS[1],
                        "spring.datasource.url=" + postgres.url());
                TestNode other = TestNode.start("other", SETTINGS)) {
            episode(other, "before");
            assertThat(full.sync(other).errors()).isEmpty();
            Path ballast = fill();
            episode(other, "while it is full");
            assertFailed(full.sync(other), "local-database");

            JdbcTemplate database = postgres.jdbc();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                try {
                    database.execute("select pg_logical_emit_message(true, 'log', repeat('x', 4000000))");
                    return false;
                } catch (DataAccessException noRoomInTheLog) {
                    return true;
                }
            });
            await().atMost(Duration.ofSeconds(20)).until(() -> get(full, "/actuator/health/readiness").statusCode()
                    == 503);
            assertThat(full.sync(other).failure()).isEqualTo("local-database");
            assertThat(other.sync(full).failure()).isEqualTo("peer-fault");

            Files.delete(ballast);
            await().atMost(Duration.ofSeconds(60)).until(() -> get(full, "/actuator/health/readiness").statusCode()
                    == 200);
            assertEqualAfterOneSync(full, other, 2);
        }
    }

    private static void assertTold(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(507);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("urn:agentdb:problem:insufficient-storage", "disk is full", "Free space")
                .doesNotContainIgnoringCase("insert into", "copy ", "exception", "pg_tblspc");
    }

    private static void assertFailed(SyncReport report, String failure) {
        assertThat(report.failure()).as(report.errors().toString()).isEqualTo(failure);
        assertThat(report.errors()).singleElement().asString()
                .contains("the disk of this node's database is full: free space on it")
                .doesNotContainIgnoringCase("copy ", "pg_tblspc");
    }

    private static void assertEqualAfterOneSync(TestNode full, TestNode other, int episodes) {
        assertThat(full.sync(other).errors()).isEmpty();
        assertThat(full.digests()).isEqualTo(other.digests());
        for (TestNode node : List.of(full, other)) {
            JdbcTemplate database = node.bean(JdbcTemplate.class);
            assertThat(database.queryForObject("select count(*) from episodes", Integer.class)).isEqualTo(episodes);
            assertThat(database.queryForObject("select count(*) from quarantine", Integer.class)).isZero();
        }
    }

    private HttpResponse<String> post(TestNode node, String path, String type, String body) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(node.url(path))).header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(TestNode node, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(node.url(path))).build(), BodyHandlers.ofString());
    }

    private static List<Map<String, Object>> cursors(TestNode node, String direction) {
        return node.bean(JdbcTemplate.class).queryForList(
                "select feed, xid, id from cursors where kind = 'episodes' and direction = ?", direction);
    }

    private static void episode(TestNode node, String task) {
        node.jdbc().update("insert into episodes (session_id, task, output) values ('s', ?, ?)", task, noise());
    }

    /** More than a page has room for, and hard to compress. */
    private static String noise() {
        StringBuilder text = new StringBuilder();
        new Random(7).ints(200_000, 'a', 'z' + 1).forEach(letter -> text.append((char) letter));
        return text.toString();
    }

    private void mount(String size) throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "mode=0777,size=" + size, "tmpfs", disk.toString()) == 0,
                "mounting a small disk takes root");
    }

    private Path fill() throws IOException {
        Path ballast = disk.resolve("ballast");
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException noSpaceLeft) {
            return ballast;
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start().waitFor();
    }
}
