package io.agentdb.sync.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.simulation.AppliedVersions;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Two processes of one node on one database, and a peer. */
@Tag("long")
@Timeout(300)
class ReplicaProcessesTest {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int RECORDS = 20_000;

    private interface End {
        void of(ProcessNode process) throws Exception;
    }

    @Test
    void killedProcessesRun_goesOnInTheOther_underItsId() throws Exception {
        goesOn(ProcessNode::kill, 2);
    }

    @Test
    void runThatAGracefulStopBreaksOff_goesOnInTheOther_asItsFirstAttempt() throws Exception {
        goesOn(ProcessNode::stop, 1);
    }

    private static void goesOn(End end, int attempts) throws Exception {
        try (ProcessNode a = new ProcessNode("a"); ProcessNode other = a.sibling(); ProcessNode b =
                new ProcessNode("b")) {
            a.start();
            other.start();
            b.start();
            a.knows(b);
            AppliedVersions.record(b.jdbc());
            write(a, RECORDS);
            String run = a.send("POST", "/sync", "{\"peer\": \"b\", \"batchSize\": 50}").get("runs").get(0).get("id")
                    .stringValue();
            await().atMost(SOON).until(() -> episodes(b) > 0);
            end.of(a);
            assertThat(episodes(b)).as("it ended in mid-run").isLessThan(RECORDS);
            await().atMost(SOON).until(() -> !state(other, run).equals("RUNNING"));
            JsonNode done = other.get("/sync/runs/" + run);
            assertThat(done.get("state").stringValue()).as(done.toString()).isEqualTo("SUCCEEDED");
            assertThat(done.get("attempts").intValue()).isEqualTo(attempts);
            assertThat(other.get("/digests")).isEqualTo(b.get("/digests"));
            assertThat(AppliedVersions.twice(b.jdbc())).as("applied twice").isEmpty();
        }
    }

    @Test
    void killedProcess_leavesItsLinksToTheOther() throws Exception {
        try (ProcessNode a = new ProcessNode("a"); ProcessNode other = a.sibling(); ProcessNode b =
                new ProcessNode("b")) {
            b.start();
            a.start();
            a.knows(b);
            a.send("PUT", "/sync/auto", "{\"enabled\": true}");
            await().atMost(SOON).until(() -> followed(a) == 1);
            other.start();
            write(a, 1);
            await().atMost(SOON).until(() -> episodes(b) == 1);
            assertThat(followed(other)).isZero();
            a.kill();
            await().atMost(SOON).until(() -> followed(other) == 1);
            write(other, 1);
            await().atMost(SOON).until(() -> episodes(b) == 2);
        }
    }

    private static double followed(ProcessNode node) throws Exception {
        return node.get("/actuator/metrics/agentdb.sync.live.peers").get("measurements").get(0).get("value")
                .doubleValue();
    }

    @Test
    void peer_talksToEither_whileBothSidesAreWrittenTo() throws Exception {
        try (ProcessNode a = new ProcessNode("a"); ProcessNode other = a.sibling(); ProcessNode b =
                new ProcessNode("b")) {
            a.start();
            other.start();
            b.start();
            b.knows(a, "a-first");
            b.knows(other, "a-second");
            AppliedVersions.record(a.jdbc());
            AppliedVersions.record(b.jdbc());
            for (int i = 0; i < 20; i++) {
                write(a, 50);
                write(b, 50);
                assertThat(b.send("POST", "/sync?wait=true",
                        "{\"peer\": \"a-" + (i % 2 == 0 ? "first" : "second") + "\"}").toString())
                        .contains("\"SUCCEEDED\"");
            }
            assertThat(other.get("/digests")).isEqualTo(b.get("/digests"));
            assertThat(episodes(a)).isEqualTo(2_000);
            assertThat(AppliedVersions.twice(a.jdbc())).as("applied twice").isEmpty();
            assertThat(AppliedVersions.twice(b.jdbc())).as("applied twice").isEmpty();
        }
    }

    private static String state(ProcessNode node, String run) throws Exception {
        return node.get("/sync/runs/" + run).get("state").stringValue();
    }

    private static void write(ProcessNode node, int records) {
        node.jdbc().update(
                "insert into episodes (session_id, task, input) select 's', 'task ' || i, repeat(md5(i::text), 20)"
                        + " from generate_series(1, ?) i", records);
    }

    private static int episodes(ProcessNode node) {
        return node.jdbc().queryForObject("select count(*) from episodes", Integer.class);
    }
}
