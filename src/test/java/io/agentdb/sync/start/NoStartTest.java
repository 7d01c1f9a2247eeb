package io.agentdb.sync.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.StartingNode;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that do not start, and say why: what a person sees on the terminal. */
class NoStartTest {

    @TempDir
    private Path home;

    @Test
    void settingsThatThereAreNot_stopTheStart_withoutAStackTraceAndWithoutADatabase() throws Exception {
        Path file = Files.writeString(home.resolve("mine.yml"), "agentdb:\n  sync:\n    intervall: 5s\n");
        Path tree = Files.createDirectories(home.resolve("secrets"));
        Files.writeString(tree.resolve("agentdb.server.auth-tokn"), "secret");
        try (StartingNode node = new StartingNode(home, Map.of("AGENTDB_SERVER_SHUTDOWNGRASE", "1s"),
                "spring.config.additional-location=file:" + file, "spring.config.import=configtree:" + tree + "/")) {
            assertThat(node.status()).isEqualTo(1);
            assertThat(node.log()).contains("APPLICATION FAILED TO START",
                    "agentdb.sync.intervall is no setting; did you mean 'agentdb.sync.interval'?", "mine.yml",
                    "agentdb.server.auth-tokn is no setting; did you mean 'agentdb.server.auth-token'?",
                    tree.toString(), "AGENTDB_SERVER_SHUTDOWNGRASE is no setting; did you mean"
                            + " AGENTDB_SERVER_SHUTDOWNGRACE?", "docs/configuration.md")
                    .doesNotContain("\tat ", "secret\n");
        }
        assertThat(home.resolve(".agentdb-sync")).doesNotExist();
    }

    @Test
    void portsThatAreTaken_areToldTogether_withTheirSettings() throws Exception {
        try (ServerSocket http = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket management = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DatagramSocket quic = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
                StartingNode node = new StartingNode(home, Map.of(), "server.port=" + http.getLocalPort(),
                        "management.server.port=" + management.getLocalPort(),
                        "management.server.address=127.0.0.1", "agentdb.server.port=" + quic.getLocalPort())) {
            assertThat(node.status()).isEqualTo(1);
            assertThat(node.log()).contains("Ports are in use already: TCP port " + http.getLocalPort()
                    + " (server.port), TCP port " + management.getLocalPort() + " (management.server.port), UDP port "
                    + quic.getLocalPort() + " (agentdb.server.port).", "--agentdb.node.id=b")
                    .doesNotContain("\tat ");
        }
        assertThat(home.resolve(".agentdb-sync")).doesNotExist();
    }
}
