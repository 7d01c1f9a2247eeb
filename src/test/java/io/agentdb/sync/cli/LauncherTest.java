package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.FreePort;
import io.agentdb.sync.cli.CommandRun.Place;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a node, and who an answer. */
class LauncherTest {

    @TempDir
    private Path home;

    @ParameterizedTest
    @ValueSource(strings = {"--help", "help", "--server.port=1 -h", "bogus -?"})
    void whoAsksForHelp_getsHelp_andNoNode(String arguments) {
        CommandRun run = Place.of(home).run(arguments.split(" "));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("Usage: agentdb-sync").contains("  status ", "  start ", "  mcp ");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"help start", "start --server.port=1 -h"})
    void helpOfStart_tellsOfSettings(String arguments) {
        assertThat(Place.of(home).run(arguments.split(" ")).out()).contains("--agentdb.node.id", "configuration.md");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help status", "status -h -o json"})
    void aVerbsHelp_isItsOwn(String arguments) {
        CommandRun run = Place.of(home).run(arguments.split(" "));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("Usage: agentdb-sync status").contains("--max-lag", "--url");
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--server.port=0 --version"})
    void whoAsksForTheVersion_getsIt(String arguments) {
        CommandRun run = Place.of(home).run(arguments.split(" "));
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("AgentDB Sync Node ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "statsu|did you mean 'status'?", "nonsense|'nonsense' is no verb",
        "--halp|did you mean '--help'?", "--unknown|is no option", "--url http://h|There is no verb",
        "-o json|There is no verb", "--url http://h start|'start' comes first"})
    void anUnknownVerb_isAnErrorWithTheNearest_andNeverANode(String arguments, String words) {
        CommandRun run = Place.of(home).run(arguments.split(" "));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(words, "Nothing was started");
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "status --statsu|Unknown option", "status --timeout soon|is no time",
        "status -o yaml|NDJSON", "status --wait forever|in-sync or ready", "status --max-lag|Missing required",
        "status --token=x|Unknown option", "status superfluous|Unmatched argument"})
    void wrongUsage_isNamed_andNothingIsAskedOfANode(String arguments, String words) {
        CommandRun run = Place.of(home).run(arguments.split(" "));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--server.port=1", "start", "start --agentdb.node.id=a", "--debug", "mcp",
        "mcp --help", "--agentdb.admin.open", "server.port=1", "-Dserver.port=1"})
    void settingsAndStart_areTheNodes(String arguments) {
        assertThat(Verbs.answers(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isFalse();
    }

    @Test
    @Timeout(180)
    void start_runsANode_thatIsFoundWhileItRuns_andLeavesNoTrace() throws Exception {
        int port = FreePort.tcp();
        Path log = home.resolve("log");
        Process node = Place.of(home).process(System.getProperty("java.class.path"), "start",
                "--agentdb.node.id=found", "--server.port=" + port, "--agentdb.server.port=0",
                "--agentdb.embedded.binaries-dir=" + TestPostgres.BINARIES).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
        try {
            CommandRun ready = Place.of(home).run("status", "--wait", "ready", "--timeout", "2m", "-o", "json");
            assertThat(ready.status()).as(ready.err() + Files.readString(log)).isZero();
            assertThat(ready.json().path("nodeId").asString()).isEqualTo("found");
            assertThat(ready.json().path("schemaVersion").asInt()).isEqualTo(1);
        } finally {
            node.destroy();
            assertThat(node.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(home.resolve(".agentdb-sync/found")).isDirectory();
        assertThat(home.resolve(".agentdb-sync/found/running.json")).doesNotExist();
        CommandRun dead = Place.of(home).run("status");
        assertThat(dead.status()).isEqualTo(3);
        assertThat(dead.err()).contains("No node runs on this machine", "agentdb-sync start");
    }
}
