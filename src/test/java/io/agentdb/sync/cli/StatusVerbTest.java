package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.FreePort;
import io.agentdb.sync.cli.CommandRun.Place;
import io.agentdb.sync.coordinator.TestNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code status}, and how a node is found and logged in to. */
class StatusVerbTest extends WithNode {

    @Test
    void status_saysWhetherAllIsInSync_andEndsWith8IfItIsNot() {
        assertThat(text("status")).startsWith("Node here: no peers yet");
        node.jdbc().update("insert into peers (name, address, fingerprint) values (?, ?, ?)",
                "there", "127.0.0.1:" + other.quicPort(), node.peer(other).fingerprint());
        try {
            CommandRun before = operator().run("status", "-o", "json");
            assertThat(before.status()).isEqualTo(8);
            assertThat(before.json().path("inSync").asBoolean(true)).isFalse();
            assertThat(before.json().path("peers").path(0).path("state").asString()).isEqualTo("never in sync yet");
            assertThat(fails(9, operator(), "status", "--wait", "in-sync", "--timeout", "1s")).contains("Not in-sync");
            node.sync(other);
            JsonNode after = json("status", "--wait", "in-sync", "--timeout", "30s");
            assertThat(after.path("inSync").asBoolean(false)).isTrue();
            assertThat(after.path("peers").path(0).path("peer").asString()).isEqualTo("there");
            assertThat(text("status", "--max-lag", "1h")).contains("in sync with 1 peer", "there: in sync, as of");
            node.episode("waits");
            assertThat(operator().run("status").status()).isEqualTo(8);
            assertThat(fails(8, operator(), "status", "--max-lag", "0ms")).isEmpty();
        } finally {
            node.jdbc().update("delete from peers");
        }
    }

    @Test
    void formats_areForPeopleAndPrograms() {
        assertThat(text("status", "-o", "tsv").lines().toList()).hasSize(2)
                .first().asString().startsWith("inSync\tnodeId\tactor");
        assertThat(operator().run("-o", "ndjson", "status").json().path("nodeId").asString()).isEqualTo("here");
        assertThat(text("status", "-q", "--no-color")).doesNotContain("\033");
    }

    @Test
    void aDeadNode_isStatus3_andSaysHowToStartOne() {
        String dead = "http://127.0.0.1:" + FreePort.tcp();
        assertThat(fails(3, Place.of(home), "status", "--url", dead)).contains("No node answers at " + dead,
                "agentdb-sync start");
        CommandRun json = Place.of(home).run("status", "--url", dead, "-o", "json");
        assertThat(json.json().path("exit").asInt()).isEqualTo(3);
        assertThat(json.json().path("problem").path("detail").asString()).contains("No node answers");
        assertThat(fails(2, Place.of(home), "status", "--url", "ftp://h")).contains("is no address");
    }

    @Test
    void whoIsNotKnown_isStatus4_andSaysHowToLogIn() {
        Place stranger = Place.of(home).with("AGENTDB_SYNC_URL", node.url(""));
        assertThat(fails(4, stranger, "status")).contains("wants a login", "AGENTDB_SYNC_TOKEN");
        CommandRun wrong = stranger.with("AGENTDB_SYNC_TOKEN", "wrong").run("status", "-o", "json");
        assertThat(wrong.status()).isEqualTo(4);
        assertThat(wrong.err()).contains("does not know this login").doesNotContain("wrong\n");
        assertThat(wrong.json().path("problem").path("status").asInt()).isEqualTo(401);
        assertThat(viewer().run("status").status()).isZero();
    }

    @Test
    void secrets_comeFromFilesStdinAndTheEnvironment() throws Exception {
        Place stranger = Place.of(home).with("AGENTDB_SYNC_URL", node.url(""));
        Path file = Files.writeString(home.resolve("token"), "robots-token\n");
        assertThat(stranger.run("status", "--token-file", file.toString()).status()).isZero();
        assertThat(stranger.saying("robots-token\n").run("status", "--token-file", "-").status()).isZero();
        assertThat(stranger.saying("guests-password").run("status", "--user=guest", "--password-file=-").status())
                .isZero();
        assertThat(fails(2, stranger, "status", "--token-file", "/not/there")).contains("cannot be read");
        assertThat(fails(2, stranger.saying(" "), "status", "--token-file", "-")).contains("no secret");
        assertThat(fails(2, stranger.saying("first\nsecond"), "status", "--token-file", "-"))
                .contains("characters that no token has").doesNotContain("second");
        assertThat(fails(2, stranger, "status", "--token-file=-", "--password-file=-")).contains("cannot both");
    }

    @Test
    void theNodeOfThisMachine_isFound_andItsPasswordShownToItAlone() throws Exception {
        try (TestNode own = TestNode.start("own", "agentdb.admin.open=false",
                "agentdb.embedded.data-dir=" + home.resolve(".agentdb-sync/own"))) {
            Path file = home.resolve(".agentdb-sync/own/running.json");
            assertThat(Files.readString(file)).contains("\"url\":\"" + own.url("") + "\"", "\"node\":\"own\"",
                    "\"pid\":" + ProcessHandle.current().pid());
            CommandRun run = Place.of(home).run("status");
            assertThat(run.out()).as(run.err()).startsWith("Node own");
            assertThat(Place.of(home).run("status", "--url", own.url("/").replace("127.0.0.1", "localhost")).status())
                    .isZero();
            assertThat(fails(4, Place.of(home), "status", "--url", node.url(""))).contains("wants a login");
            Path another = Files.createDirectories(home.resolve(".agentdb-sync/another"));
            Files.copy(file, another.resolve("running.json"));
            assertThat(fails(2, Place.of(home), "status")).contains("2 nodes run on this machine", own.url(""));
            assertThat(Place.of(home).with("AGENTDB_EMBEDDED_DATADIR", file.getParent().toString()).run("status")
                    .status()).isZero();
            Files.writeString(another.resolve("running.json"), "{\"url\":\"http://127.0.0.1:1\",\"node\":\"another\","
                    + "\"pid\":999999999}");
            assertThat(Place.of(home).run("status").status()).as("its process is gone").isZero();
        }
        assertThat(home.resolve(".agentdb-sync/own/running.json")).doesNotExist();
        assertThat(fails(3, Place.of(home), "status")).contains("No node runs on this machine");
    }
}
