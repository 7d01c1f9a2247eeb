package io.agentdb.sync.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentdb.sync.postgres.StoppablePostgres;
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
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

/** The episodes' disk is a small file system in memory; to mount one takes root. */
@Timeout(120)
class DiskFullTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createTempDirectory("small-disk");
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=6m,mode=0777", "tmpfs", disk.toString()) == 0, "mounting a small disk takes root");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "--lazy", disk.toString());
        Files.deleteIfExists(disk);
    }

    @Test
    void fullDisk_isToldClearly_setsNothingAside_andIsRecoveredFromWhenFreed() throws Exception {
        try (StoppablePostgres postgres = new StoppablePostgres();
                TestNode full = TestNode.start("full", "spring.datasource.url=" + postgres.url(), "agentdb.client.max-retries=0");
                TestNode other = TestNode.start("other", "agentdb.client.max-retries=0")) {
            JdbcTemplate database = postgres.jdbc();
            database.execute("create tablespace small location '" + Files.createDirectory(disk.resolve("episodes")) + "'");
            database.execute("alter table episodes set tablespace small");
            episode(other, "before");
            assertThat(full.sync(other).errors()).isEmpty();
            Path ballast = fill();

            HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(full.url("/episodes"))).header("Content-Type",
                    "application/json").POST(BodyPublishers.ofString("{\"sessionId\": \"s\", \"task\": \"too large\", \"output\": \"" + noise()
                    + "\"}")).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(507);
            assertThat(answer.body()).contains("disk is full").doesNotContainIgnoringCase("insert into", "exception", disk.toString());

            episode(other, "while it is full");
            SyncReport pulled = full.sync(other);
            assertThat(pulled.failure()).isEqualTo("local-database");
            assertThat(pulled.errors()).singleElement().asString().contains("No space left on device");
            SyncReport pushed = other.sync(full);
            assertThat(pushed.failure()).isEqualTo("peer-fault");
            assertThat(pushed.errors()).singleElement().asString().contains("UNAVAILABLE").doesNotContain("could not extend");
            assertThat(database.queryForObject("select count(*) from quarantine", Integer.class)).isZero();

            Files.delete(ballast);
            assertThat(full.sync(other).errors()).isEmpty();
            assertThat(full.digests()).isEqualTo(other.digests());
            assertThat(database.queryForObject("select count(*) from episodes", Integer.class)).isEqualTo(2);
        }
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
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }
}
