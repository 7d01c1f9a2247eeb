package io.agentdb.sync.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.SyncNodeApplication;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole example, as its reader starts it, in a process of its own. */
class ExampleTest {

    @TempDir
    Path home;

    @Test
    void bothNodesEndEqual_andTheShellIsTold() throws Exception {
        Path root = home.resolve(".agentdb-sync");
        Path before = Files.createDirectories(root.resolve("example/local/postgres")).resolve("left by the run before");
        Path foreign = Files.createDirectories(root.resolve("production/postgres")).resolve("somebody's data");
        Files.writeString(before, "x");
        Files.writeString(foreign, "x");

        Process process = start("--agentdb.example.exit=true");
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();

        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output).doesNotContain(" WARN ", "ERROR", "DIFFERENT", "\033[")
                .containsPattern("pushing +\\[#+] 100%  6,209 of 6,209")
                .containsPattern("pulling +\\[#+] 100%  4,000 of 4,000")
                .containsPattern("conflicts +51 detected, 51 resolved")
                .containsPattern("(?s)Stored episode #(\\S+).*Retrieved 1 episodes:.* 1\\. Episode \\1\\s.*Node:"
                        + " remote")
                .containsPattern("episodes +10,058 +([0-9a-f]{32}) +10,058 +\\1 +equal")
                .containsPattern("skills +11 +([0-9a-f]{32}) +11 +\\1 +equal")
                .containsPattern("edges +19 +([0-9a-f]{32}) +19 +\\1 +equal");
        assertThat(before).doesNotExist();
        assertThat(foreign).exists();
    }

    private Process start(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                        "-Xmx512m", "-Duser.home=" + home, "-cp", System.getProperty("java.class.path"),
                SyncNodeApplication.class.getName(), "--spring.profiles.active=example", "--server.port=0",
                "--agentdb.server.port=0", "--agentdb.example.remote-http-port=0",
                "--agentdb.example.remote-quic-port=0", "--agentdb.embedded.binaries-dir=" + TestPostgres.BINARIES));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // What a developer's shell may have: the example must neither obey it nor fill somebody's node.
        builder.environment().put("SPRING_PROFILES_ACTIVE", "example");
        builder.environment().put("AGENTDB_NODE_ID", "production");
        builder.environment().put("AGENTDB_QUIC_PEERS", "127.0.0.1:9,127.0.0.1:10");
        builder.environment().put("AGENTDB_QUIC_SYNC", "true");
        builder.environment().put("AGENTDB_EMBEDDED_DATA_DIR", home.resolve(".agentdb-sync/production").toString());
        return builder.start();
    }
}
