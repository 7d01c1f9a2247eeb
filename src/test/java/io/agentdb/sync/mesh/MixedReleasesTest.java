package io.agentdb.sync.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** The release before this one, as processes of its own, in one mesh with this one and on one database with it. */
@Tag("upgrade")
@Timeout(300)
class MixedReleasesTest {

    private static final String CONTENT =
            "select coalesce(string_agg(row(id, actor, counter, task, input, output, critique, tags, metadata)::text,"
            + " ',' order by id), '') from episodes";

    @Test
    void twoReleasesInOneMesh_endEqual_whoeverCalls() throws Exception {
        try (ProcessNode older = before("older"); ProcessNode newer = new ProcessNode("newer"); ProcessNode far =
                before("far")) {
            start(older, newer, far);
            older.knows(newer);
            newer.knows(older);
            newer.knows(far);
            for (ProcessNode node : List.of(older, newer, far)) {
                write(node, 200);
                node.jdbc().update("insert into skills (name, description, uses) values ('shared', ?, 5)", node.id);
            }
            sync(older);
            sync(newer);
            sync(older);
            assertEqual(older, newer, far);
            older.jdbc().update("update episodes set critique = 'of the older' where session_id = 'far'");
            newer.jdbc().update("delete from episodes where session_id = 'older' and task like '%7'");
            far.jdbc().update("update skills set uses = uses + 1 where name = 'shared'");
            older.jdbc().update("update skills set uses = uses + 2 where name = 'shared'");
            sync(older);
            sync(newer);
            sync(older);
            assertEqual(older, newer, far);
            assertThat(far.jdbc().queryForObject("select count(*) from episodes where critique = 'of the older'",
                    Integer.class)).isEqualTo(200);
        }
    }

    @Test
    void aNodeThatIsUpgraded_isStillItself_andSendsNothingAgain() throws Exception {
        try (ProcessNode node = before("node"); ProcessNode peer = before("peer")) {
            start(node, peer);
            node.knows(peer);
            write(node, 500);
            write(peer, 500);
            sync(node);
            String actor = node.jdbc().queryForObject("select actor from node", String.class);
            node.becomes(ThisRelease.program());
            assertThat(node.jdbc().queryForObject("select actor from node", String.class)).isEqualTo(actor);
            JsonNode again = sync(node);
            for (String count : List.of("itemsPushed", "itemsPulled", "itemsKnown")) {
                assertThat(again.findValue(count).longValue()).as("%s of %s", count, again).isZero();
            }
            write(node, 10);
            sync(node);
            assertEqual(node, peer);
        }
    }

    @Test
    void theReleaseBefore_servesADatabaseThatHasBeenMigrated_besideThisOneAndAfterIt() throws Exception {
        DataSource database = TestPostgres.newDatabase();
        try (ProcessNode old = new ProcessNode("node", database, previous()); ProcessNode replica =
                new ProcessNode("node", database, ThisRelease.program()); ProcessNode peer = before("peer")) {
            start(old, peer);
            old.knows(peer);
            write(old, 100);
            replica.start();
            write(old, 100);
            assertThat(old.send(
                    "POST", "/episodes", "{\"sessionId\": \"s\", \"task\": \"by the old process on the new schema\"}")
                    .path("task").asString()).contains("old process");
            sync(old);
            write(peer, 100);
            sync(replica);
            assertEqual(old, peer);
            old.becomes(previous());
            write(old, 5);
            sync(old);
            assertEqual(replica, peer);
        }
    }

    private static ProcessNode before(String id) throws Exception {
        return new ProcessNode(id, TestPostgres.newDatabase(), previous());
    }

    private static List<String> previous() {
        String jar = System.getProperty("upgrade.from", "");
        assertThat(Files.isRegularFile(Path.of(jar))).as(
                "-Dupgrade.from must name the jar that .ci/previous-release makes; it is '%s'", jar).isTrue();
        return List.of("-jar", jar);
    }

    private static void start(ProcessNode... nodes) throws Exception {
        for (ProcessNode node : nodes) {
            node.start();
        }
    }

    private static void write(ProcessNode node, int records) {
        node.jdbc().update(
                "insert into episodes (session_id, task, tags, metadata) select ?, 'task ' || i, array['t'], '{\"k\":"
                + " 1}'" + " from generate_series(1, ?) i", node.id, records);
    }

    private static JsonNode sync(ProcessNode node) throws Exception {
        JsonNode answer = node.send("POST", "/sync?wait=true", null);
        assertThat(answer.toString()).contains("SUCCEEDED").doesNotContain("FAILED");
        return answer;
    }

    private static void assertEqual(ProcessNode... nodes) throws Exception {
        for (ProcessNode node : nodes) {
            assertThat(node.get("/digests")).as("%s and %s", nodes[0].id, node.id).isEqualTo(nodes[0].get("/digests"));
            assertThat(node.jdbc().queryForObject(CONTENT, String.class))
                    .isEqualTo(nodes[0].jdbc().queryForObject(CONTENT, String.class));
        }
    }
}
