package io.agentdb.sync.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Which tools there are, for whom, and that they agree with AgentDB's, with their hints and with their page. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class McpAgreementTest {

    /** Row numbers mean something else in every file: ids are text here. */
    private static final Set<String> IDS = Set.of("agentdb_delete.id", "agentdb_delete_batch.ids");

    private TestNode node;
    private McpClient agent;
    private McpClient viewer;

    @BeforeAll
    void start() {
        node = TestNode.start("agreed", "agentdb.admin.open=false", "agentdb.admin.users[0].name=olga",
                "agentdb.admin.users[0].password=olgas", "agentdb.admin.users[0].role=operator",
                "agentdb.admin.users[1].name=victor", "agentdb.admin.users[1].password=victors");
        agent = new McpClient(node.url("/mcp"), "olga:olgas");
        viewer = new McpClient(node.url("/mcp"), "victor:victors");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void strangers_useNothing() {
        assertThat(new McpClient(node.url("/mcp"), "").post("{'jsonrpc':'2.0','id':1,'method':'ping'}").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aViewer_isListedWhatReads_andMayUseNothingElse() {
        assertThat(viewer.tools()).containsExactly("reflexion_retrieve", "skill_search", "causal_query",
                "recall_with_certificate", "agentdb_search", "memory_get", "db_stats", "sync_status",
                "list_conflicts");
        assertThat(agent.tools()).hasSize(20).containsAll(viewer.tools());
        assertThat(viewer.fields("db_stats", "{}").has("episodes")).isTrue();
        Set<String> others = new TreeSet<>(agent.tools());
        viewer.tools().forEach(others::remove);
        assertThat(others).allSatisfy(tool ->
                assertThat(viewer.refusal(tool, "{}")).contains("A viewer may only read", "operator"));
        viewer.refusal("reflexion_store", "{'session_id':'viewers','task':'t','reward':1,'success':true}");
        assertThat(node.jdbc().queryForObject("select count(*) from episodes", Long.class)).isZero();
    }

    @Test
    void hints_areTrueToTheFacts() {
        JsonNode tools = list(agent);
        assertThat(with(tools, "readOnlyHint", true)).containsExactlyElementsOf(viewer.tools());
        assertThat(with(tools, "destructiveHint", true)).containsExactly("skill_create", "skill_create_batch",
                "causal_add_edge", "agentdb_delete", "agentdb_delete_batch", "sync_now", "resolve_conflict");
        assertThat(with(tools, "openWorldHint", true)).containsExactly("sync_now");
        assertThat(with(tools, "idempotentHint", false)).containsExactly("reflexion_store", "reflexion_store_batch",
                "agentdb_insert", "agentdb_insert_batch");
    }

    @Test
    void everyTool_takesAgentDbsArguments_ofTheirTypes_withTheirDefaults() throws IOException {
        JsonNode ours = list(agent);
        List<String> compared = new ArrayList<>();
        for (JsonNode theirs : agentDbs()) {
            String name = theirs.get("name").stringValue();
            JsonNode schema = ours.valueStream().filter(tool -> tool.path("name").asString("").equals(name)).findFirst()
                    .orElseThrow().get("inputSchema");
            Set<String> required = texts(theirs.get("required"));
            assertThat(texts(schema.path("required"))).as(name).isEqualTo(required);
            agree(name, theirs.get("properties"), schema.get("properties"));
            compared.add(name);
        }
        assertThat(compared).hasSize(15);
    }

    private static void agree(String tool, JsonNode theirs, JsonNode ours) {
        for (String argument : theirs.propertyNames()) {
            String name = tool + "." + argument;
            JsonNode asked = theirs.get(argument);
            assertThat(ours.has(argument)).as(name).isTrue();
            JsonNode taken = ours.get(argument);
            if (!IDS.contains(name)) {
                Set<String> types = taken.get("type").isArray() ? texts(taken.get("type"))
                        : Set.of(taken.get("type").stringValue().replace("integer", "number"));
                assertThat(types).as(name).contains(asked.get("type").stringValue());
            }
            if (asked.has("default") && !argument.equals("batch_size") && !tool.contains("[]")) {
                assertThat(taken.path("default").asString("")).as(name).satisfies(given ->
                        assertThat(given.replaceFirst("\\.0$", "")).isEqualTo(asked.get("default").asString()));
            }
            if (asked.has("properties")) {
                agree(name, asked.get("properties"), taken.get("properties"));
            } else if (asked.path("items").has("properties")) {
                agree(name + "[]", asked.path("items").get("properties"), taken.path("items").get("properties"));
            }
        }
    }

    @Test
    void thePage_hasARowOfEveryTool_withItsRole() throws IOException {
        List<String> documented = new ArrayList<>();
        Set<String> reading = new TreeSet<>();
        Pattern row = Pattern.compile("(?m)^\\| (`[a-z_]+`(?:, `[a-z_]+`)*) \\| ([a-z, ]+) \\|");
        row.matcher(Files.readString(Path.of("docs/agentdb.md"))).results().forEach(found -> {
            String[] names = found.group(1).replace("`", "").split(", ");
            String[] roles = found.group(2).split(", ");
            for (int i = 0; i < names.length; i++) {
                documented.add(names[i]);
                if (roles[Math.min(i, roles.length - 1)].equals("viewer")) {
                    reading.add(names[i]);
                }
            }
        });
        assertThat(documented).containsExactlyInAnyOrderElementsOf(agent.tools());
        assertThat(reading).containsExactlyInAnyOrderElementsOf(viewer.tools());
    }

    private static JsonNode list(McpClient client) {
        return McpClient.json(client.post("{'jsonrpc':'2.0','id':1,'method':'tools/list'}")).path("result")
                .path("tools");
    }

    private static List<String> with(JsonNode tools, String hint, boolean value) {
        return tools.valueStream().filter(tool -> tool.path("annotations").get(hint).booleanValue() == value)
                .map(tool -> tool.get("name").stringValue()).toList();
    }

    private static Set<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::stringValue).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What AgentDB's own servers list, 1.6.1 and 3.0.0-alpha.20 alike, of the tools that are here, too. */
    private static JsonNode agentDbs() throws IOException {
        try (InputStream in = McpAgreementTest.class.getResourceAsStream("/mcp/agentdb-tools.json")) {
            return JsonText.trusted(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
