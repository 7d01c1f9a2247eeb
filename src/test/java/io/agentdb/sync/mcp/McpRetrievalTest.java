package io.agentdb.sync.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Identity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** What agents find of what they have stored, over real HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class McpRetrievalTest {

    private static final String STORE =
            "{'session_id':'%s','task':'%s','reward':%s,'success':%s,'latency_ms':%d,'tags':['%s']}";

    private TestNode node;
    private McpClient agent;
    private String rotated;

    @BeforeAll
    void start() {
        node = TestNode.start("finder");
        agent = new McpClient(node.url("/mcp"), "");
        rotated = store("s1", "Rotate signing keys without downtime", "0.9", "true", 5_000, "keys");
        store("s1", "Rotate the logs", "0.2", "false", 10, "logs");
        store("s2", "Calculate fibonacci", "1", "true", 10, "math");
        agent.fields("skill_create", "{'name':'rotate-keys','description':'How to rotate keys','success_rate':0.9}");
        agent.fields("skill_create", "{'name':'fibonacci','description':'Numbers','code':'recursion'}");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void episodes_areFound_byAnyWordOfATask_theBestFirst_inAgentDbsLines() {
        JsonNode result = agent.result("reflexion_retrieve", "{'task':'please rotate all of our signing keys now'}");
        assertThat(McpClient.text(result)).startsWith("🔍 Retrieved 2 episodes:\n\n1. Episode " + rotated
                + "\n   Task: Rotate signing keys without downtime\n   Reward: 0.90\n   Similarity: 1.000")
                .contains("Node: finder");
        JsonNode first = result.path("structuredContent").path("episodes").path(0);
        assertThat(first.path("id").asString()).isEqualTo(rotated);
        assertThat(first.path("node").asString()).isEqualTo("finder");
        assertThat(agent.text("reflexion_retrieve", "{'task':'nonesuch'}")).isEqualTo("🔍 Retrieved 0 episodes:");
    }

    @Test
    void filters_narrowWhatIsFound() {
        assertThat(found("{'task':'rotate','only_failures':true}")).containsExactly("Rotate the logs");
        assertThat(found("{'task':'rotate','only_successes':true}"))
                .containsExactly("Rotate signing keys without downtime");
        assertThat(found("{'task':'rotate','min_reward':0.5}")).containsExactly("Rotate signing keys without downtime");
        assertThat(found("{'task':'rotate fibonacci','session_id':'s2'}")).containsExactly("Calculate fibonacci");
        assertThat(found("{'task':'rotate','tags':['logs']}")).containsExactly("Rotate the logs");
        assertThat(found("{'task':'rotate','node':'finder'}")).hasSize(2);
        assertThat(found("{'task':'rotate','node':'elsewhere'}")).isEmpty();
        assertThat(found("{'task':'rotate','k':1}")).hasSize(1);
        assertThat(agent.fields("agentdb_search", "{'query':'rotate','filters':{'min_reward':0.5,'session_id':'s1',"
                + "'tags':['keys']}}").path("found").asInt()).isEqualTo(1);
    }

    @Test
    void skills_areFound_byWordsOfATask() {
        assertThat(agent.text("skill_search", "{'task':'rotate keys'}"))
                .startsWith("🔍 Found 1 skills:\n\n1. rotate-keys\n"
                + "   How to rotate keys\n   Success: 90.0%");
        assertThat(agent.fields("skill_search", "{'task':'fibonacci','min_success_rate':0.5}").path("found").asInt())
                .isZero();
        assertThat(agent.fields("skill_search", "{'task':'fibonacci'}").path("skills").path(0).path("id").asString())
                .isEqualTo(Identity.skill("fibonacci").toString());
    }

    @Test
    void aSearch_isAnswered_asAgentDbDoes() {
        assertThat(agent.text("agentdb_search", "{'query':'fibonacci'}"))
                .startsWith("🔍 Search completed!\n📊 Found: 1 results\n🎯 Query: fibonacci\n\nTop Results:\n\n1. [ID: ");
        assertThat(agent.fields("agentdb_search", "{'query':'rotate signing keys','min_similarity':0.99}").path("found")
                .asInt()).isEqualTo(1);
    }

    @Test
    void whatIsLong_isCutInLists_andWhatIsMuch_isLeftOut_withTheIdsToGoOn() {
        for (int i = 0; i < 60; i++) {
            agent.fields("reflexion_store", "{'session_id':'long','task':'verbose " + i + "','reward':1,'success':true,"
                    + "'output':'" + "\\u0001\\n".repeat(1_000) + "','metadata':{'x':'" + "y".repeat(600) + "'}}");
        }
        JsonNode result = agent.result("reflexion_retrieve", "{'task':'verbose','k':60}");
        McpToolsTest.bounded(result);
        JsonNode fields = result.get("structuredContent");
        assertThat(fields.path("truncated").asBoolean()).isTrue();
        assertThat(fields.path("goOn").asString()).contains("memory_get");
        assertThat(fields.path("episodes").size() + fields.path("leftOut").size()).isEqualTo(60);
        assertThat(fields.path("episodes").size()).isPositive();
        JsonNode one = fields.path("episodes").path(0);
        assertThat(one.path("cut").valueStream().map(JsonNode::stringValue)).containsExactly("output", "metadata");
        String left = fields.path("leftOut").path(0).asString();
        assertThat(McpClient.text(result)).contains(left);
        assertThat(agent.fields("memory_get", "{'id':'" + left + "'}").path("record").path("output").asString())
                .hasSize(2_000);
        McpToolsTest.bounded(agent.result("recall_with_certificate", "{'query':'verbose','k':50}"));
    }

    @Test
    void aRecall_goesByUtility_andItsCertificateSaysWhatWasTold() throws Exception {
        JsonNode similar = agent.fields("recall_with_certificate",
                "{'query':'rotate signing keys','alpha':1,'beta':0,'gamma':0}");
        assertThat(similar.path("results").path(0).path("id").asString()).isEqualTo(rotated);
        JsonNode fast = agent.fields("recall_with_certificate",
                "{'query':'rotate signing keys','alpha':0,'beta':0,'gamma':1}");
        assertThat(fast.path("results").valueStream().map(one -> one.path("id").asString())).last().isEqualTo(rotated);
        node.jdbc().update("insert into edges (from_type, from_id, relationship, to_type, to_id, uplift, confidence)"
                + " values ('episode', ?::uuid, 'causal', 'peace', ?::uuid, 0.8, 0.9)", rotated, rotated);
        JsonNode lifted = agent.fields("recall_with_certificate", "{'query':'rotate','alpha':0,'beta':1,'gamma':0}");
        assertThat(lifted.path("results").path(0).path("id").asString()).isEqualTo(rotated);
        assertThat(lifted.path("results").path(0).path("uplift").asDouble()).isEqualTo(0.8);

        List<String> records = lifted.path("certificate").path("records").valueStream().map(JsonNode::stringValue)
                .toList();
        assertThat(records.get(0)).matches("episodes/" + rotated + "@finder\\.[a-z2-7]{8}:\\d+");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(("rotate\n" + String.join("\n", records))
                .getBytes(StandardCharsets.UTF_8));
        assertThat(lifted.path("certificate").path("digest").asString())
                .isEqualTo("sha256:" + HexFormat.of().formatHex(digest));
        assertThat(agent.text("recall_with_certificate", "{'query':'rotate'}"))
                .startsWith("🔍 Retrieved 3 results:\n📜 Certificate ID: ");
    }

    @Test
    void aTask_ofAnyLengthAndAnySigns_isLookedFor() {
        assertThat(found("{'task':'rotate " + "and on ".repeat(10_000) + "'}")).hasSize(2);
        for (String odd : List.of("' & | ! :* <->", "\\\\\\\"", "((", "!!!", "\\n\\t")) {
            agent.result("reflexion_retrieve", "{'task':'x" + odd.replace("'", "") + "'}");
        }
    }

    private List<String> found(String arguments) {
        return agent.fields("reflexion_retrieve", arguments).path("episodes").valueStream()
                .map(one -> one.path("task").asString()).toList();
    }

    private String store(Object... values) {
        return agent.fields("reflexion_store", STORE.formatted(values)).path("id").asString();
    }
}
