package io.agentdb.sync.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.peers.Peers;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What agents learn of the nodes that share their memory, and what they decide; and which tools there are. */
class McpSyncTest {

    @Test
    void twoAgents_synchronize_andDecideWhatTheyDisagreeAbout() {
        try (TestNode left = TestNode.start("left", "agentdb.sync.conflict-strategy=manual");
                TestNode right = TestNode.start("right", "agentdb.sync.conflict-strategy=manual")) {
            McpClient here = peered(left, right);
            McpClient there = new McpClient(right.url("/mcp"), "");
            assertThat(here.text("sync_status", "{}")).startsWith("🔄 1 peers, automatic sync is off")
                    .contains("lastSyncAt: never");
            here.fields("skill_create", "{'name':'shared','description':'of the left'}");
            JsonNode first = here.fields("sync_now", "{'peer':'right'}");
            assertThat(first.path("runs").path(0).path("state").asString()).isEqualTo("succeeded");
            assertThat(first.path("runs").path(0).path("sent").asInt()).isEqualTo(1);
            assertThat(there.fields("skill_search", "{'task':'shared'}").path("skills").path(0).path("node").asString())
                    .isEqualTo("left");

            here.fields("skill_create", "{'name':'shared','description':'later on the left'}");
            there.fields("skill_create", "{'name':'shared','description':'later on the right'}");
            assertThat(here.text("sync_now", "{}")).startsWith("🔄 1 of 1 syncs done, 0 failed, 0 go on");
            JsonNode conflicts = here.fields("list_conflicts", "{'kind':'skills'}").path("conflicts");
            assertThat(conflicts.size()).isEqualTo(1);
            JsonNode difference = conflicts.path(0).path("differences").valueStream()
                    .filter(one -> one.path("field").asString().equals("description")).findFirst().orElseThrow();
            assertThat(difference.path("local").asString()).isEqualTo("later on the left");
            assertThat(difference.path("remote").asString()).isEqualTo("later on the right");
            String id = conflicts.path(0).path("id").asString();
            assertThat(here.refusal("resolve_conflict", "{'id':" + id
                    + ",'pick':'remote','expected':'left.aaaaaaaa:99'}"))
                    .contains("repeat with \"expected\": \"" + conflicts.path(0).path("current").asString());
            JsonNode resolved = here.fields("resolve_conflict", "{'id':" + id
                    + ",'pick':'remote','reason':'it is\\nlater'}");
            assertThat(resolved.path("resolvedBy").asString()).isEqualTo("anybody (agent): it is later");
            assertThat(here.fields("list_conflicts", "{}").path("conflicts").size()).isZero();
            assertThat(here.fields("list_conflicts", "{'outcome':'remote'}").path("conflicts").size()).isEqualTo(1);
            here.fields("sync_now", "{}");
            assertThat(there.fields("memory_get", "{'id':'" + Identity.skill("shared") + "'}").path("record")
                    .path("description").asString()).isEqualTo("later on the right");
            JsonNode status = here.fields("sync_status", "{'peer':'right'}").path("peers").path(0);
            assertThat(status.path("node").asString()).isEqualTo("right");
            assertThat(status.has("inSyncAsOf")).isTrue();
            assertThat(here.refusal("sync_now", "{'peer':'rigt'}")).contains("did you mean 'right'?");
        }
    }

    @Test
    void aPeerThatIsDown_isAFailureInTheAnswer_andWhoDoesNotWait_isToldThatItGoesOn() {
        try (TestNode node = TestNode.start("alone", "agentdb.peers[0].name=down",
                "agentdb.peers[0].address=127.0.0.1:1",
                "agentdb.client.tls.verify=false", "agentdb.client.max-retries=0", "agentdb.client.timeout=1s")) {
            McpClient agent = new McpClient(node.url("/mcp"), "");
            JsonNode failed = agent.fields("sync_now", "{'wait_seconds':60}");
            assertThat(failed.path("failed").asInt()).isEqualTo(1);
            assertThat(failed.path("runs").path(0).path("error").asString()).contains("down");
            assertThat(agent.fields("sync_status", "{}").path("peers").path(0).path("failuresInARow").asInt())
                    .isEqualTo(1);
            assertThat(agent.text("sync_now", "{'wait_seconds':0}")).contains("goes on; sync_status tells of it");
        }
    }

    @Test
    void aSubset_isAllThatThereIs_andAToolThatIsNone_endsTheStart() {
        try (TestNode node = TestNode.start("few", "agentdb.mcp.tools=db_stats,memory_get")) {
            McpClient agent = new McpClient(node.url("/mcp"), "");
            assertThat(agent.tools()).containsExactly("memory_get", "db_stats");
            assertThat(McpClient.json(agent.post("{'jsonrpc':'2.0','id':1,'method':'tools/call','params':"
                    + "{'name':'reflexion_store'}}")).path("error").path("message").asString())
                    .contains("there is no tool", "there are memory_get, db_stats");
        }
        assertThatThrownBy(() -> TestNode.start("none", "agentdb.mcp.tools=db_stat")).rootCause()
                .hasMessageContaining("did you mean 'db_stats'?");
    }

    private static McpClient peered(TestNode node, TestNode other) {
        node.bean(Peers.class).save(node.peer(other), null);
        return new McpClient(node.url("/mcp"), "");
    }
}
