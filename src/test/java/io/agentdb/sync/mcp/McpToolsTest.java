package io.agentdb.sync.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.JsonText;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What agents can do with their memory, over real HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class McpToolsTest {

    private static final String STORE = "{'session_id':'%s','task':'%s','reward':0.5,'success':true}";

    private TestNode node;
    private McpClient agent;

    @BeforeAll
    void start() {
        node = TestNode.start("tooled");
        agent = new McpClient(node.url("/mcp"), "");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void anEpisode_isStored_asAgentDbSaysIt_andComesBackWhole() {
        JsonNode result = agent.result("reflexion_store", "{'session_id':'s1','task':'Calculate fibonacci','reward':1,"
                + "'success':true,'critique':'Efficient','input':'n=10','output':'55','latency_ms':150,'tokens':200,"
                + "'tags':['math','with, comma'],'metadata':{'by':{'model':'m'},'exact':12345678901234567890.5}}");
        String id = result.path("structuredContent").path("id").asString();
        assertThat(McpClient.text(result)).isEqualTo("✅ Stored episode #" + id
                + "\nTask: Calculate fibonacci\nReward: 1\nSuccess: true");
        assertThat(result.path("structuredContent").path("node").asString()).isEqualTo("tooled");
        assertThat(result.path("structuredContent").path("version").asString()).startsWith("tooled.");
        JsonNode record = agent.fields("memory_get", "{'id':'" + id + "'}").path("record");
        assertThat(record.path("tokensUsed").asInt()).isEqualTo(200);
        assertThat(record.path("latencyMs").asInt()).isEqualTo(150);
        assertThat(texts(record.path("tags"))).containsExactlyInAnyOrder("math", "with, comma");
        assertThat(record.path("metadata").path("exact").decimalValue()).isEqualByComparingTo("12345678901234567890.5");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "reflexion_store|{'session_id':5,'task':'t','reward':'high','success':'yes'}|session_id must be a string,"
        + " but is 5;"
                + " reward must be a number, but is \"high\"; success must be true or false, but is \"yes\"",
        "reflexion_store|{'session_id':'s'}|task is required; reward is required; success is required",
        "reflexion_store|{'session_id':'s','task':' ','reward':1,'success':true}|task must not be empty",
        "reflexion_store|{'session_id':'s','task':'t','reward':1e999,'success':true}|reward must be a finite number",
        "reflexion_store|{'session_id':'s','task':'t','reward':1,'success':true,'tokens':-1}|tokens must be from 0",
        "reflexion_store|{'session_id':'s','task':'t','reward':1,'success':true,'tags':[1]}|tags[0] must be a string",
        "reflexion_store|{'session_id':'s','task':'t','reward':1,'success':true,'metadata':[]}|metadata must be an"
        + " object",
        "reflexion_store|{'session_id':'s','task':'a\\u0000','reward':1,'success':true}|task has the NUL character",
        "reflexion_store|{'sesion_id':'s','task':'t','reward':1,'success':true}|sesion_id is not known here; did you"
        + " mean"
                + " 'session_id'?",
        "reflexion_retrieve|{'task':'t','k':1000000000}|k must be from 1 to 100, but is 1000000000",
        "reflexion_retrieve|{'task':'t','k':0}|k must be from 1 to 100, but is 0",
        "reflexion_retrieve|{'task':'t','k':2.5}|k must be a whole number, but is 2.5",
        "reflexion_retrieve|{'task':'t','only_failures':true,'only_successes':true}|leave nothing",
        "skill_create|{'name':'n','description':'d','success_rate':7}|success_rate must be from 0 to 1, but is 7",
        "causal_add_edge|{'cause':'skill','effect':'e','uplift':1}|cause says 'skill' alone",
        "causal_query|{'limit':1000000000}|limit must be from 1 to 100",
        "recall_with_certificate|{'query':'q','alpha':'much'}|alpha must be a number",
        "reflexion_store_batch|{'episodes':{}}|episodes must be an array of objects",
        "reflexion_store_batch|{'episodes':[]}|episodes must have from 1 to 1000 entries, but has 0",
        "reflexion_store_batch|{'episodes':[5,{'task':6}]}|episodes[0] must be an object, but is 5;"
                + " episodes[1].session_id is required; episodes[1].task must be a string",
        "reflexion_store_batch|{'episodes':[{}],'format':'loud'}|format must be one of concise, detailed, json",
        "agentdb_search|{'query':'q','filters':{'tag':['x']}}|filters.tag is not known here; did you mean 'tags'?",
        "memory_get|{'id':'17'}|id must be a UUID",
        "memory_get|{'id':'0198c0de-0000-7000-8000-00000000000a'}|id names nothing",
        "agentdb_delete|{}|id or filters must say what to delete",
        "agentdb_delete|{'id':17}|id must be a string",
        "agentdb_delete|{'id':'0198c0de-0000-7000-8000-00000000000a'}|nothing was deleted",
        "agentdb_delete|{'filters':{}}|filters must say which episodes",
        "agentdb_delete|{'filters':{'before_timestamp':'yesterday'}}|filters.before_timestamp must be seconds",
        "agentdb_delete|{'filters':{'before_timestamp':1e999999999}}|filters.before_timestamp must be",
        "agentdb_delete_batch|{'ids':['a','b']}|ids[0] must be a UUID, but is \"a\"; ids[1] must be a UUID",
        "sync_now|{'peer':'x'}|this node has no peers",
        "sync_now|{'wait_seconds':61}|wait_seconds must be from 0 to 60",
        "list_conflicts|{'cursor':'x'}|cursor is not one of this service's",
        "resolve_conflict|{'id':99,'pick':'local'}|There is no conflict 99",
        "resolve_conflict|{'id':99,'pick':'both'}|pick must be one of local, remote, merge, record"})
    void wrongArguments_areNamed_withAllThatIsWrong(String tool, String arguments, String words) {
        long before = count("true");
        assertThat(agent.refusal(tool, arguments)).startsWith("❌ Error: ").contains(words)
                .doesNotContain("Exception", "org.", "select ");
        assertThat(count("true")).isEqualTo(before);
    }

    @Test
    void aTextOf5MegaBytes_isRefused_withTheLimit_andALongOneComesBackInParts() {
        String large = "x".repeat(5 << 20);
        assertThat(agent.refusal("reflexion_store", STORE.formatted("large", large))).contains("at most 4 MiB");
        assertThat(agent.refusal("agentdb_insert", "{'text':'" + large + "'}")).contains("at most 4 MiB");
        String quoted = "\\\\n".repeat(1 << 14) + "end";
        String id = agent.fields("reflexion_store", STORE.formatted("large", quoted)).path("id").asString();
        StringBuilder whole = new StringBuilder();
        for (int offset = 0; offset >= 0;) {
            JsonNode result = agent.result("memory_get", "{'id':'" + id + "','offset':" + offset + "}");
            bounded(result);
            JsonNode fields = result.get("structuredContent");
            whole.append(fields.path("part").asString());
            assertThat(fields.path("truncated").asBoolean(false)).isEqualTo(fields.has("nextOffset"));
            offset = fields.has("nextOffset") ? fields.get("nextOffset").intValue() : -1;
        }
        assertThat(JsonText.object(whole.toString()).path("task").asString()).endsWith("nend").hasSize((1 << 15) + 3);
        assertThat(agent.refusal("memory_get", "{'id':'" + id + "','offset':99999999}"))
                .contains("behind the record's end");
    }

    @Test
    void aSkillOfTheSameName_isTheSameSkill_andSaysThatItExisted() {
        JsonNode first = agent.result("skill_create", "{'name':'fib','description':'one','code':'c'}");
        UUID id = Identity.skill("fib");
        assertThat(McpClient.text(first)).isEqualTo("✅ Created skill #" + id + ": fib");
        JsonNode again = agent.result("skill_create", "{'name':'fib','description':'two','success_rate':0.5}");
        assertThat(McpClient.text(again)).isEqualTo("✅ Updated skill #" + id + ": fib");
        assertThat(again.path("structuredContent").path("existed").asBoolean()).isTrue();
        JsonNode record = agent.fields("memory_get", "{'id':'" + id + "'}").path("record");
        assertThat(record.path("description").asString()).isEqualTo("two");
        assertThat(record.path("code").asString()).as("what is not given stays").isEqualTo("c");
        assertThat(record.path("signature").has("inputs")).as("AgentDB keeps no skill without").isTrue();
        agent.fields("skill_create", "{'name':'fib','description':'two','signature':{'inputs':{'a':1},'x':2}}");
        agent.fields("skill_create", "{'name':'fib','description':'two','signature':{'inputs':{'b':1}}}");
        assertThat(agent.fields("memory_get", "{'id':'" + id + "'}").path("record").path("signature"))
                .as("takes the place of what was there").hasToString("{\"inputs\":{\"b\":1}}");
    }

    @Test
    void anEdge_isTheOneThatAnImportOfAgentDbsFileMakes_andTheSameEndsAreTheSameEdge() {
        JsonNode first = agent.result("causal_add_edge", "{'cause':'cache','effect':'speed','uplift':0.5}");
        UUID id = Identity.edge(Identity.foreign("cache|0"), "causal", Identity.foreign("speed|0"));
        assertThat(McpClient.text(first)).isEqualTo("✅ Added causal edge #" + id + "\ncache → speed\nUplift: 0.5");
        assertThat(agent.text("causal_add_edge", "{'cause':'cache','effect':'speed','uplift':-0.7,'confidence':0.9}"))
                .startsWith("✅ Updated causal edge #" + id);
        agent.fields("causal_add_edge", "{'cause':'cache','effect':'speed','uplift':-0.7,'sample_size':5000000000}");
        JsonNode edge = agent.fields("memory_get", "{'id':'" + id + "'}").path("record");
        assertThat(edge.path("sampleSize").asLong()).isEqualTo(5_000_000_000L);
        assertThat(edge.path("confidence").asDouble()).as("what is not given stays").isEqualTo(0.9);
        agent.fields("causal_add_edge", "{'cause':'caching more','effect':'memory','uplift':0.1}");
        agent.fields("causal_add_edge", "{'cause':'a cache','effect':'doubt','uplift':1,'confidence':0.4}");
        String found = agent.text("causal_query", "{'cause':'CACH'}");
        assertThat(found).startsWith("🔍 Found 2 causal edges:\n\n1. cache → speed\n   Uplift: -0.700 (confidence:"
                + " 0.90)");
        assertThat(agent.fields("causal_query", "{'cause':'cach','min_confidence':0}").path("found").asInt())
                .isEqualTo(3);
        assertThat(agent.fields("causal_query", "{'effect':'speed','min_uplift':0.71}").path("found").asInt()).isZero();
        JsonNode few = agent.fields("causal_query", "{'cause':'cach','limit':1}");
        assertThat(few.path("found").asInt()).isEqualTo(2);
        assertThat(few.path("edges").size()).isEqualTo(1);
    }

    @Test
    void aBatch_isStoredWhole_orNotAtAll() {
        String good = STORE.formatted("batch", "t");
        assertThat(agent.text("reflexion_store_batch", "{'episodes':[" + good + "," + good + "]}"))
                .matches("✅ Stored 2 episodes in \\d+ms \\(\\d+\\.\\d episodes/sec\\)");
        assertThat(agent.refusal("reflexion_store_batch", "{'episodes':[" + good + "," + good.replace("'t'",
                "'\\u0000'")
                + "]}")).contains("episodes[1].task has the NUL character");
        assertThat(count("session_id = 'batch'")).isEqualTo(2);
        assertThat(agent.refusal("agentdb_insert_batch", "{'items':[{'text':'a','session_id':'batch'},{'text':'b',"
                + "'session_id':'" + "s".repeat(513) + "'}]}")).contains("items[1].session_id");
        assertThat(agent.text("agentdb_insert_batch", "{'items':[{'text':'a'},{'text':'b','tags':['x']}]}"))
                .startsWith("✅ Batch insert completed!\n📊 Inserted: 2 vectors");
        String skills = agent.text("skill_create_batch", "{'skills':[{'name':'k1','description':'d','uses':3},"
                + "{'name':'k2','description':'d'}],'format':'json'}");
        assertThat(JsonText.object(skills).path("inserted").asInt()).isEqualTo(2);
        assertThat(JsonText.object(skills).path("existed").asInt(-1)).isZero();
        assertThat(agent.text("skill_create_batch", "{'skills':[{'name':'k1','description':'e'}],'format':'detailed'}"))
                .contains("1. " + Identity.skill("k1"));
    }

    @Test
    void aThousandEpisodes_areStoredByOneCall_andToldWithinTheBound() {
        String many = IntStream.range(0, 1_000).mapToObj(i -> STORE.formatted("thousand", "task " + i))
                .collect(Collectors.joining(","));
        for (String format : List.of("concise", "detailed", "json")) {
            JsonNode result = agent.result("reflexion_store_batch", "{'episodes':[" + many + "],'format':'" + format
                    + "'}");
            bounded(result);
            assertThat(result.path("structuredContent").path("truncated").asBoolean()).as(format).isTrue();
            assertThat(result.path("structuredContent").path("inserted").asInt()).isEqualTo(1_000);
        }
        assertThat(count("session_id = 'thousand'")).isEqualTo(3_000);
        assertThat(agent.refusal("agentdb_delete", "{'filters':{'session_id':'thousand'},'expected_count':1000}"))
                .contains("says 1000: 3000 episodes match, and nothing was deleted; at most 1000");
        assertThat(count("session_id = 'thousand'")).isEqualTo(3_000);
    }

    @Test
    void aSession_isDeleted_onlyByWhoSaysHowManyEpisodesItHas() {
        agent.fields("reflexion_store_batch", "{'episodes':[" + STORE.formatted("gone", "a") + ","
                + STORE.formatted("gone", "b") + "]}");
        String filters = "{'filters':{'session_id':'gone'}%s}";
        assertThat(agent.refusal("agentdb_delete", filters.formatted("")))
                .contains("expected_count is required with filters: 2 episodes match, and nothing was deleted",
                        "repeat with expected_count=2");
        for (int wrong : List.of(1, 3, 1_000)) {
            assertThat(agent.refusal("agentdb_delete", filters.formatted(",'expected_count':" + wrong)))
                    .contains("says " + wrong + ": 2 episodes match");
        }
        assertThat(agent.refusal("agentdb_delete", "{'filters':{'session_id':'gone','before_timestamp':1000},"
                + "'expected_count':2}")).contains("match nothing");
        assertThat(count("session_id = 'gone'")).isEqualTo(2);
        assertThat(agent.text("agentdb_delete", filters.formatted(",'expected_count':2")))
                .startsWith("✅ Delete operation completed!\n📊 Deleted: 2 vector(s)");
        assertThat(count("session_id = 'gone'")).isZero();
        assertThat(node.jdbc().queryForObject("select count(*) from tombstones where kind = 'episodes'", Long.class))
                .as("peers hear of it").isGreaterThanOrEqualTo(2);
    }

    @Test
    void records_areDeletedByTheirIds_andThoseThatAreNotThereAreNamed() {
        String one = agent.fields("reflexion_store", STORE.formatted("ids", "a")).path("id").asString();
        String two = agent.fields("reflexion_store", STORE.formatted("ids", "b")).path("id").asString();
        assertThat(agent.text("agentdb_delete", "{'id':'" + one + "'}")).isEqualTo(
                "✅ Delete operation completed!\n📊 Deleted: 1 vector(s)\n🗑️  ID: " + one);
        assertThat(agent.text("agentdb_delete_batch", "{'ids':['" + one + "','" + two + "']}"))
                .startsWith("🗑️  Batch delete from `episodes`: 1/2 rows removed (atomic).").contains("Not there: "
                + one);
        agent.fields("skill_create", "{'name':'short-lived','description':'d'}");
        assertThat(agent.fields("agentdb_delete", "{'id':'" + Identity.skill("short-lived") + "','table':'skills'}")
                .path("deleted").asInt()).isEqualTo(1);
    }

    @Test
    void callsAreCounted_byToolAndOutcome() {
        double done = calls("db_stats", "done");
        double refused = calls("db_stats", "refused");
        agent.fields("db_stats", "{}");
        agent.refusal("db_stats", "{'x':1}");
        assertThat(calls("db_stats", "done")).isEqualTo(done + 1);
        assertThat(calls("db_stats", "refused")).isEqualTo(refused + 1);
        assertThat(agent.text("db_stats", "{}")).startsWith("📊 Database Statistics:\n\n");
    }

    @Test
    void whatTheDatabaseDoesNotLike_isTold_withoutItsWords() {
        node.jdbc().execute("create function refuse() returns trigger language plpgsql as"
                + " $$begin raise exception 'no more of that'; end$$");
        node.jdbc().execute("create trigger refuse before insert on episodes for each row"
                + " when (new.session_id = 'unwanted') execute function refuse()");
        assertThat(agent.refusal("reflexion_store", STORE.formatted("unwanted", "t")))
                .contains("the database refuses the record: no more of that");
    }

    private double calls(String tool, String outcome) {
        return node.bean(MeterRegistry.class).get("agentdb.mcp.calls").tag("tool", tool).tag("outcome", outcome)
                .counter().count();
    }

    private long count(String condition) {
        return node.jdbc().queryForObject("select count(*) from episodes where " + condition, Long.class);
    }

    /** Neither the text nor the fields are longer than what clients take. */
    static void bounded(JsonNode result) {
        assertThat(McpClient.text(result)).hasSizeLessThanOrEqualTo(20_000);
        assertThat(result.get("structuredContent").toString()).hasSizeLessThanOrEqualTo(20_000);
    }

    private static Set<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::stringValue).collect(Collectors.toCollection(TreeSet::new));
    }
}
