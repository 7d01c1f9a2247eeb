package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.cli.client.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AgentDB's own verbs: {@code sync start-server}, {@code connect}, {@code status}. */
class AgentDbWordsTest extends WithNode {

    @Test
    void startServer_isANode_byAgentDbsOptions() throws Exception {
        Path token = Files.writeString(home.resolve("server-token"), "secret\n");
        String[] given = {"sync", "start-server", "--port", "4444", "--host=127.0.0.1", "--cert", "c.pem", "--key",
            "k.pem", "--auth-token-file", token.toString(), "--server.port=8081"};
        assertThat(Verbs.answers(given)).isFalse();
        assertThat(Verbs.settings(given)).containsExactly("--agentdb.server.port=4444",
                "--agentdb.server.host=127.0.0.1", "--agentdb.server.tls.cert=c.pem", "--agentdb.server.tls.key=k.pem",
                "--agentdb.server.auth-token=secret", "--server.port=8081");
        assertThat(Verbs.answers("sync", "start-server", "--help")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"--auth-token|every user of this machine",
        "--prt|did you mean '--port'?", "--port|needs a value", "--verbose|is no option"})
    void whatStartServerDoesNotKnow_isRefused(String argument, String words) {
        assertThatThrownBy(() -> Verbs.settings("sync", "start-server", argument))
                .isInstanceOf(CommandFailure.class).hasMessageContaining(words);
    }

    @Test
    void connect_addsThePeerOnce_andPingsIt_andStatusSaysWhetherAllIsInSync() {
        String port = "" + other.quicPort();
        try {
            assertThat(text("sync", "connect", "127.0.0.1", port, "--fingerprint", node.peer(other).fingerprint()))
                    .isEqualTo("Connected to node there at 127.0.0.1:" + port + ", peer 127.0.0.1-" + port + ".\n");
            assertThat(text("sync", "connect", "127.0.0.1", port)).contains("Connected");
            assertThat(json("peers").path("items")).hasSize(1);
            assertThat(fails(8, operator(), "sync", "status")).isEmpty();
            assertThat(text("sync")).contains("pushed");
            assertThat(text("sync", "status")).contains("in sync with 1 peer");
            assertThat(fails(2, operator(), "sync", "connect", "h", "seven")).contains("seven");
        } finally {
            node.jdbc().update("delete from peers");
        }
    }
}
