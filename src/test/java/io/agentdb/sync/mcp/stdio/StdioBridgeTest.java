package io.agentdb.sync.mcp.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.FreePort;
import io.agentdb.sync.SyncNodeApplication;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.JsonText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The verb {@code mcp}, to a node that lives and to one that does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StdioBridgeTest {

    private static final String PING = "{'jsonrpc':'2.0','id':1,'method':'ping'}";

    private TestNode node;
    @TempDir
    private Path home;

    @BeforeAll
    void start() {
        node = TestNode.start("behind", "agentdb.admin.open=false", "agentdb.admin.users[0].name=robot",
                "agentdb.admin.users[0].token=robots-token", "agentdb.admin.users[0].role=operator");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void requests_areAnswered_lineByLine_andNotificationsAreNot() throws Exception {
        List<JsonNode> answers = said(options(node.url(""), "robots-token"),
                "{'jsonrpc':'2.0','id':'a','method':'initialize','params':{'protocolVersion':'2025-06-18',"
                        + "'capabilities':{},'clientInfo':{'name':'t','version':'1'}}}",
                "{'jsonrpc':'2.0','method':'notifications/initialized'}", "",
                "{'jsonrpc':'2.0','id':2,'method':'tools/call','params':{'name':'reflexion_store','arguments':"
                        + "{'session_id':'s','task':'über\\nzwei Zeilen','reward':1,'success':true}}}");
        assertThat(answers).hasSize(2);
        assertThat(answers).anySatisfy(answer -> {
            assertThat(answer.path("id").toString()).isEqualTo("\"a\"");
            assertThat(answer.path("result").path("protocolVersion").asString()).isEqualTo("2025-06-18");
        }).anySatisfy(answer -> {
            assertThat(answer.path("id").toString()).isEqualTo("2");
            assertThat(answer.path("result").path("isError").asBoolean(true)).isFalse();
        });
        assertThat(node.jdbc().queryForList("select task from episodes", String.class)).contains("über\nzwei Zeilen");
    }

    @Test
    void whatIsNoJson_andWhatTheNodeCannotRead_isAnsweredToTheOneWhoAsked() throws Exception {
        assertThat(said(options(node.url(""), "robots-token"), "{nonsense").get(0).path("error").path("code").asInt())
                .isEqualTo(-32700);
        JsonNode answer = said(options(node.url(""), "robots-token"), "{'jsonrpc':'1.0','id':5,'method':'ping'}")
                .get(0);
        assertThat(answer.path("error").path("code").asInt()).isEqualTo(-32600);
        assertThat(answer.path("id").asInt()).as("else the client waits for ever").isEqualTo(5);
    }

    @Test
    void aWrongLogin_isAnError_thatSaysWhatToSet() throws Exception {
        assertThat(error(options(node.url(""), "wrong"), PING)).contains("does not know this login",
                "AGENTDB_SYNC_TOKEN");
        assertThat(error(new BridgedNode(options(node.url(""), "x").endpoint(), Optional.empty()), PING))
                .contains("wants a login", "AGENTDB_SYNC_TOKEN");
    }

    @Test
    void aDeadNode_isAnErrorForEachRequest_thatSaysHowToStartOne_andNotificationsStaySilent() throws Exception {
        String dead = "http://127.0.0.1:" + FreePort.tcp();
        List<JsonNode> answers = said(options(dead, "x"), PING,
                "{'jsonrpc':'2.0','method':'notifications/initialized'}");
        assertThat(answers).hasSize(1);
        assertThat(answers.get(0).path("id").asInt()).isEqualTo(1);
        assertThat(answers.get(0).path("error").path("message").asString())
                .contains("No node answers at " + dead + "/mcp", "--url");
    }

    @Test
    void aNodeThatIsStartedLater_isFoundByTheNextRequest() throws Exception {
        AtomicBoolean runs = new AtomicBoolean();
        List<JsonNode> answers = said(() -> {
            if (!runs.getAndSet(true)) {
                throw new BridgedNode.NoUse("No node runs on this machine");
            }
            return options(node.url(""), "robots-token");
        }, PING, PING);
        assertThat(answers).hasSize(2)
                .anyMatch(answer -> answer.at("/error/message").asString("").contains("No node runs on this machine"))
                .anyMatch(answer -> answer.has("result"));
    }

    @Test
    @Timeout(60)
    void aProcess_writesNothingButMessages_startsNoSpring_andEndsWithItsInput() throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(),
                "-Xlog:class+load:file=" + home.resolve("classes"), "-Duser.home=" + home, "-cp",
                System.getProperty("java.class.path"), SyncNodeApplication.class.getName(), "mcp", "--url",
                        node.url("")));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(home.resolve("stderr").toFile());
        builder.environment().put("AGENTDB_SYNC_TOKEN", "robots-token");
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write((PING + "\n").replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(out).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n");
        assertThat(Files.readString(home.resolve("stderr"))).isEmpty();
        assertThat(Files.readString(home.resolve("classes"))).doesNotContain("org.springframework");
    }

    private static String error(BridgedNode options, String line) throws Exception {
        return said(options, line).get(0).path("error").path("message").asString();
    }

    private static BridgedNode options(String url, String token) {
        return new BridgedNode(URI.create(url + "/mcp"), Optional.of("Bearer " + token));
    }

    private static List<JsonNode> said(BridgedNode options, String... lines) throws Exception {
        return said(() -> options, lines);
    }

    private static List<JsonNode> said(BridgedNode.Finder found, String... lines) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new StdioBridge(new NodeEndpoint(found), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream()))
                .pass(new ByteArrayInputStream(String.join("\n", lines).replace('\'', '"')
                        .getBytes(StandardCharsets.UTF_8)));
        return out.toString(StandardCharsets.UTF_8).lines().map(JsonText::parse).toList();
    }
}
