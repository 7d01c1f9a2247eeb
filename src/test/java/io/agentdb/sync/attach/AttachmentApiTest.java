package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Attached files of running nodes, as agents and people meet them. */
class AttachmentApiTest {

    @TempDir
    private Path directory;

    @Test
    void whatAnAgentStoresOnOneNode_isInTheFileOfTheOthersAgent_andRestartsDoubleNothing() {
        try (AgentFile one = AgentFile.open(directory.resolve("one.db"));
                AgentFile two = AgentFile.open(directory.resolve("two.db"));
                TestNode a = TestNode.start("a", "agentdb.attach[0].path=" + one.path);
                TestNode b = TestNode.start("b", "agentdb.attach[0].path=" + two.path)) {
            one.episode("of one");
            two.episode("of two");
            one.skill("shared");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                a.sync(b);
                assertThat(one.texts("select task from episodes join episode_embeddings on episode_id = id order by 1"))
                        .containsExactly("of one", "of two");
                assertThat(two.texts("select task from episodes join episode_embeddings on episode_id = id order by 1"))
                        .containsExactly("of one", "of two");
                assertThat(two.texts("select name from skills")).containsExactly("shared");
            });
            a.restart(() -> one.episode("while it was away"));
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                a.sync(b);
                assertThat(two.number("select count(*) from episodes")).isEqualTo(3);
            });
            assertThat(one.number("select count(*) from episodes")).isEqualTo(3);
            assertThat(a.digests()).isEqualTo(b.digests());
        }
    }

    @Test
    void fileOfSqlJs_isReadAndLeftAsItIs_andAReplacedOneStopsUntilAPersonResumesIt() throws Exception {
        try (AgentFile sqlJs = AgentFile.sqlJs(directory.resolve("sqljs.db"));
                AgentFile wal = AgentFile.open(directory.resolve("wal.db"));
                TestNode node = TestNode.start("a", "agentdb.attach[0].path=" + sqlJs.path,
                        "agentdb.attach[1].path=" + wal.path)) {
            node.episode("of a peer");
            sqlJs.episode("read");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(node.jdbc().queryForList(
                    "select task from episodes", String.class)).containsExactlyInAnyOrder("of a peer", "read"));
            await().untilAsserted(() -> assertThat(wal.number("select count(*) from episodes")).isEqualTo(2));
            assertThat(sqlJs.number("select count(*) from episodes")).isEqualTo(1);
            assertThat(sqlJs.texts("select name from sqlite_master where name like 'agentdb_sync%'")).isEmpty();
            JsonNode all = get(node);
            assertThat(all.get(0).get("mode").stringValue()).isEqualTo("read-only");
            assertThat(all.get(0).get("why").stringValue()).contains("install better-sqlite3");
            assertThat(all.get(1).get("mode").stringValue()).isEqualTo("two-way");
            assertThat(post(node, "/attachments/1/resume").statusCode()).isEqualTo(409);
            assertThat(post(node, "/attachments/7/resume").statusCode()).isEqualTo(404);
            Path other = directory.resolve("other.db");
            wal.run("vacuum into '" + other + "'");
            Files.deleteIfExists(Path.of(wal.path + "-wal"));
            Files.deleteIfExists(Path.of(wal.path + "-shm"));
            Files.move(other, wal.path, StandardCopyOption.REPLACE_EXISTING);
            await().untilAsserted(() -> assertThat(get(node).get(1).get("mode").stringValue()).isEqualTo("stopped"));
            try (AgentFile again = AgentFile.open(wal.path)) {
                again.episode("in the other file");
                assertThat(post(node, "/attachments/1/resume").statusCode()).isEqualTo(200);
                await().untilAsserted(() -> assertThat(node.jdbc().queryForList("select task from episodes",
                        String.class)).containsExactlyInAnyOrder("of a peer", "read", "in the other file"));
                assertThat(again.number("select count(*) from episodes")).isEqualTo(3);
            }
        }
    }

    private static JsonNode get(TestNode node) throws IOException, InterruptedException {
        return new JsonMapper().readTree(HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                URI.create(node.url("/attachments"))).build(), HttpResponse.BodyHandlers.ofString()).body());
    }

    private static HttpResponse<String> post(TestNode node, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(node.url(path)))
                .POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
    }
}
