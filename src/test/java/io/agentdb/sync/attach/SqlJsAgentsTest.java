package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.mcp.npm.AgentDbServer;
import io.agentdb.sync.mcp.npm.NpmPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * AgentDB's programs with sql.js, on a file that a node looks at all the time: each has the whole file in memory and
 * writes the whole of it, so that a node which wrote, or read half of one, would lose what they save.
 */
@Tag("long")
class SqlJsAgentsTest {

    private static final int RUNS = 10;

    @TempDir
    private Path directory;

    @Test
    void whatTheCommandLineOf1_6Saves_isAllOnTheNode_andTheFileIsItsOwn() throws Exception {
        Path file = directory.resolve("one.db");
        try (TestNode node = attaching(file)) {
            byte[] saved = {};
            for (int i = 0; i < RUNS; i++) {
                assertThat(saved).as("before run " + i).isEqualTo(i == 0 ? new byte[0] : Files.readAllBytes(file));
                storeByCommandLine(file, "task " + i);
                saved = Files.readAllBytes(file);
            }
            awaitEpisodes(node, RUNS);
            assertUntouched(file, saved);
        }
    }

    @Test
    void whatAServerOf3WithoutNativeSqliteSaves_isAllOnTheNode_andTheFileIsItsOwn() throws Exception {
        Path file = directory.resolve("three.db");
        AgentFile.sqlJs(file).close();
        try (TestNode node = attaching(file)) {
            for (int session = 0; session < 3; session++) {
                // It saves when it ends.
                try (AgentDbServer agent = AgentDbServer.start(NpmPackages.AGENTDB_3, file,
                        Map.of("AGENTDB_FORCE_SQLJS", "1"))) {
                    for (int i = 0; i < RUNS; i++) {
                        assertThat(agent.text("reflexion_store", "{'session_id':'s','task':'task " + session + " " + i
                                + "','reward':0.9,'success':true}")).contains("Stored episode");
                    }
                }
                byte[] saved = Files.readAllBytes(file);
                awaitEpisodes(node, (session + 1) * RUNS);
                assertUntouched(file, saved);
            }
        }
    }

    private static TestNode attaching(Path file) {
        return TestNode.start("a", "agentdb.attach[0].path=" + file, "agentdb.attach[0].interval=20ms");
    }

    private static void awaitEpisodes(TestNode node, int count) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(node.jdbc().queryForObject(
                "select count(distinct task) from episodes", Integer.class)).isEqualTo(count));
        assertThat(node.jdbc().queryForObject("select count(*) from episodes", Integer.class)).isEqualTo(count);
    }

    private void assertUntouched(Path file, byte[] saved) throws IOException {
        assertThat(Files.readAllBytes(file)).isEqualTo(saved);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(one -> one.getFileName().toString()).filter(name -> name.startsWith(
                    file.getFileName().toString()))).as("beside it").containsOnly(file.getFileName().toString(),
                            file.getFileName() + ".log");
        }
    }

    private void storeByCommandLine(Path file, String task) throws IOException, InterruptedException {
        Path log = directory.resolve(file.getFileName() + ".log");
        ProcessBuilder builder = new ProcessBuilder("node", NpmPackages.AGENTDB_1.directory()
                .resolve("node_modules/agentdb/dist/cli/agentdb-cli.js").toString(), "reflexion", "store", "s", task,
                "0.9", "true", "critique").directory(directory.toFile()).redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(Map.of("AGENTDB_PATH", file.toString(), "HOME", directory.toString()));
        Process process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(log)).contains("Stored episode");
    }
}
