package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * AgentDB 3's own MCP servers on two attached files of two nodes. {@code -Dagentdb.npm} names a directory in which
 * {@code npm install agentdb@3.0.0-alpha.20 better-sqlite3@12} was carried out; without it nothing is tested.
 */
@Tag("long")
class AttachedAgentsTest {

    private static final String EPISODES = "select task || hex(embedding) from episodes join episode_embeddings on"
            + " episode_id = id order by 1";
    private static final String SKILLS = "select name || description || hex(embedding) from skills join"
            + " skill_embeddings on skill_id = id order by 1";

    @TempDir
    private Path directory;

    @Test
    void whatTwoAgentsStore_isInBothFiles_andFoundByEithersOwnSearch_whileNodesRestart() throws Exception {
        String npm = System.getProperty("agentdb.npm", "");
        if (npm.isEmpty()) {
            System.err.println("NOT TESTED with AgentDB itself: -Dagentdb.npm names no installation");
        }
        assumeThat(npm).isNotEmpty();
        Path one = directory.resolve("one.db");
        Path two = directory.resolve("two.db");
        AgentFile.open(one).close();
        AgentFile.open(two).close();
        try (TestNode a = TestNode.start("a", "agentdb.attach[0].path=" + one);
                TestNode b = TestNode.start("b", "agentdb.attach[0].path=" + two,
                        "agentdb.peers[0].name=a", "agentdb.peers[0].address=127.0.0.1:" + a.quicPort(),
                        "agentdb.peers[0].fingerprint=" + a.peer(a).fingerprint(), "agentdb.sync.auto=true",
                        "agentdb.sync.interval=2s");
                McpServer first = McpServer.start(npm, one); McpServer second = McpServer.start(npm, two);
                AgentFile seenOne = AgentFile.open(one); AgentFile seenTwo = AgentFile.open(two)) {
            for (int i = 0; i < 150; i++) {
                first.store("s", "of one " + i);
                second.store("s", "of two " + i);
                if (i % 19 == 10) {
                    first.call("skill_create", Map.of("name", "one" + i, "description", "d"));
                    second.call("skill_create", Map.of("name", "two" + i, "description", "d"));
                }
                if (i % 30 == 15) {
                    (i % 60 == 15 ? a : b).restart();
                }
            }
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(seenOne.texts(EPISODES)).hasSize(300).isEqualTo(seenTwo.texts(EPISODES));
                assertThat(seenOne.texts(SKILLS)).hasSize(16).isEqualTo(seenTwo.texts(SKILLS));
            });
            assertThat(seenOne.text("pragma integrity_check")).isEqualTo("ok");
            assertThat(seenTwo.texts("pragma foreign_key_check")).isEmpty();
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                String task = "measured " + i;
                first.store("measured", task);
                long begun = System.nanoTime();
                await().pollInterval(Duration.ofMillis(3)).until(() -> seenTwo.number(
                        "select count(*) from episodes where task = '" + task + "'") == 1);
                millis.add((System.nanoTime() - begun) / 1_000_000);
            }
            Collections.sort(millis);
            System.err.println("Agent's write to peer's file: p50 " + millis.get(15) + " ms, slowest "
                    + millis.get(29) + " ms; slowest store " + Math.max(first.slowest, second.slowest) + " ms");
            assertThat(second.call("agentdb_search", Map.of("query", "measured 29", "k", 1))).contains("measured 29");
            second.call("agentdb_delete", Map.of("filters", Map.of("session_id", "measured")));
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(seenOne.texts(EPISODES)).hasSize(300));
        }
    }

    /** AgentDB's MCP server over stdin and stdout. One thread. */
    private static final class McpServer implements AutoCloseable {
        private final Process process;
        private final BufferedWriter in;
        private final BufferedReader out;
        private int id;
        private long slowest;

        private McpServer(Process process) {
            this.process = process;
            this.in = process.outputWriter();
            this.out = process.inputReader();
        }

        static McpServer start(String npm, Path file) throws IOException {
            ProcessBuilder builder = new ProcessBuilder("node", Path.of(npm,
                    "node_modules/agentdb/dist/src/mcp/agentdb-mcp-server.js").toString());
            builder.directory(Files.createTempDirectory("agentdb-mcp").toFile());
            builder.environment().put("AGENTDB_PATH", file.toString());
            builder.environment().put("AGENTDB_DISABLE_TRANSFORMERS", "1");
            builder.redirectError(file.resolveSibling(file.getFileName() + ".log").toFile());
            McpServer server = new McpServer(builder.start());
            server.request("initialize", Map.of("protocolVersion", "2024-11-05", "capabilities", Map.of(),
                    "clientInfo", Map.of("name", "test", "version", "1")));
            server.send(Map.of("jsonrpc", "2.0", "method", "notifications/initialized"));
            return server;
        }

        void store(String session, String task) throws IOException {
            long begun = System.nanoTime();
            String answer = call("reflexion_store", Map.of("session_id", session, "task", task, "reward", 0.9, "success",
                    true));
            slowest = Math.max(slowest, (System.nanoTime() - begun) / 1_000_000);
            assertThat(answer).contains("Stored episode");
        }

        String call(String tool, Map<String, ?> arguments) throws IOException {
            JsonNode answer = request("tools/call", Map.of("name", tool, "arguments", arguments));
            assertThat(answer.path("isError").asBoolean(false)).as(answer.toString()).isFalse();
            return answer.path("content").path(0).path("text").asString();
        }

        private JsonNode request(String method, Map<String, ?> parameters) throws IOException {
            send(Map.of("jsonrpc", "2.0", "id", ++id, "method", method, "params", parameters));
            while (true) {
                String line = out.readLine();
                assertThat(line).as("an answer to " + method).isNotNull();
                JsonNode answer = new JsonMapper().readTree(line);
                if (answer.path("id").asInt(-1) == id) {
                    assertThat(answer.has("error")).as(line).isFalse();
                    return answer.get("result");
                }
            }
        }

        private void send(Map<String, ?> message) throws IOException {
            in.write(new JsonMapper().writeValueAsString(message));
            in.newLine();
            in.flush();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
