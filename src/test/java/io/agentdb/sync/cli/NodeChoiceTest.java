package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.NodeChoice;
import io.agentdb.sync.cli.client.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which node is meant, and what is shown to it: each step before the next. */
class NodeChoiceTest {

    private static final String HERE = "http://127.0.0.1:7777";

    @TempDir
    private Path home;
    private Path token;
    private final Map<String, String> environment = new HashMap<>();

    /** Two contexts, of which one is chosen, and a node that runs. */
    @BeforeEach
    void prepare() throws IOException {
        Path contexts = Files.createDirectories(home.resolve(".config/agentdb-sync")).resolve("contexts.json");
        Files.writeString(contexts, """
                {"current": "chosen", "contexts": {
                    "chosen": {"url": "http://chosen:1", "token": "of-chosen"},
                    "lab": {"url": "http://lab:1", "token": "of-lab"},
                    "bare": {"url": "http://bare:1"}}}
                """);
        Path own = Files.createDirectories(home.resolve(".agentdb-sync/n1"));
        Files.writeString(own.resolve("running.json"), "{\"node\": \"n1\", \"url\": \"" + HERE + "\", \"pid\": "
                + ProcessHandle.current().pid() + "}");
        Files.writeString(own.resolve("admin-password"), "made\n");
        token = Files.writeString(home.resolve("token"), "of-file\n");
    }

    @Test
    void aFlag_comesBeforeTheEnvironment_thatBeforeTheChosenContext_andThatBeforeTheNodeOfThisMachine()
            throws IOException {
        environment.put(NodeChoice.URL, "http://env:1");
        environment.put(NodeChoice.CONTEXT, "lab");
        assertThat(target("http://flag:1", null).url()).isEqualTo("http://flag:1");
        assertThat(target(null, "bare").url()).isEqualTo("http://bare:1");
        assertThat(target(null, null).url()).as("the address itself, of two in the environment")
                .isEqualTo("http://env:1");
        environment.remove(NodeChoice.URL);
        assertThat(target(null, null).url()).isEqualTo("http://lab:1");
        environment.remove(NodeChoice.CONTEXT);
        assertThat(target(null, null).url()).isEqualTo("http://chosen:1");
        Files.delete(home.resolve(".config/agentdb-sync/contexts.json"));
        assertThat(target(null, null).url()).isEqualTo(HERE);
    }

    @Test
    void twoFlags_thatBothSayWhichNode_areRefused() {
        assertThatThrownBy(() -> target("http://flag:1", "lab")).isInstanceOfSatisfying(CommandFailure.class,
                e -> assertThat(e.exit()).isEqualTo(Exit.USAGE)).hasMessageContaining("give one of them");
    }

    @Test
    void whatIsShown_isTheFlagsSecret_thenThatOfAContextByFlag_thenTheEnvironments_thenTheContexts() {
        environment.put(NodeChoice.TOKEN, "of-env");
        environment.put(NodeChoice.PASSWORD, "of-env");
        assertThat(new NodeChoice(null, "lab", token.toString(), null, null).target(environment, home).authorization())
                .isEqualTo("Bearer of-file");
        assertThat(target(null, "lab").authorization()).isEqualTo("Bearer of-lab");
        assertThat(target(null, "bare").authorization()).isEqualTo("Bearer of-env");
        assertThat(target(null, null).authorization()).isEqualTo("Bearer of-env");
        environment.remove(NodeChoice.TOKEN);
        assertThat(target(null, null).authorization()).isEqualTo(basic("operator", "of-env"));
        environment.remove(NodeChoice.PASSWORD);
        assertThat(target(null, null).authorization()).isEqualTo("Bearer of-chosen");
    }

    @Test
    void thePasswordOfThisMachinesNode_isShownToItAlone() {
        assertThat(target(HERE.replace("127.0.0.1", "localhost"), null).authorization())
                .isEqualTo(basic("operator", "made"));
        assertThat(target("http://127.0.0.1:7778", null).authorization()).as("another program").isNull();
        assertThat(target("http://elsewhere:7777", null).authorization()).isNull();
        assertThat(target(HERE, null).toString()).doesNotContain("made");
    }

    @Test
    void theVerbMcp_findsItsNodeLikeAllOthers() throws IOException {
        assertThat(McpTarget.read(List.of("--context=lab"), environment, home).now()).satisfies(found -> {
            assertThat(found.url()).isEqualTo("http://lab:1");
            assertThat(found.authorization()).isEqualTo("Bearer of-lab");
        });
        assertThat(McpTarget.read(List.of(), environment, home).now().url()).isEqualTo("http://chosen:1");
        Files.delete(home.resolve(".config/agentdb-sync/contexts.json"));
        Path running = home.resolve(".agentdb-sync/n1/running.json");
        String file = Files.readString(running);
        Files.delete(running);
        McpTarget later = McpTarget.read(List.of("--token-file", token.toString()), environment, home);
        assertThatThrownBy(later::now).hasMessageContaining("No node runs on this machine");
        Files.writeString(running, file);
        assertThat(later.now().url()).isEqualTo(HERE);
        assertThat(later.now().authorization()).isEqualTo("Bearer of-file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--token=x|every user of this machine",
        "--password|every user of this machine",
        "--urll=x|did you mean '--url'?", "--url|needs a value", "--url=nonsense|is no address",
        "--url=ftp://h|is no address", "--token-file=/not/there|cannot be read", "serve|is no argument of mcp",
        "--token-file=-|messages come on stdin", "--context=gone|no context 'gone'"})
    void wrongUsageOfMcp_isNamed(String argument, String words) {
        assertThatThrownBy(() -> McpTarget.read(List.of(argument), environment, home))
                .isInstanceOf(CommandFailure.class).hasMessageContaining(words);
    }

    private Target target(String url, String context) {
        return new NodeChoice(url, context, null, null, null).target(environment, home);
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
