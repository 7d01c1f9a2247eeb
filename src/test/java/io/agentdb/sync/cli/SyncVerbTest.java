package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.revision.ConflictStrategy;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code sync}, {@code runs}, {@code peers}, {@code auto}. */
class SyncVerbTest extends WithNode {

    @AfterEach
    void forget() {
        node.jdbc().update("delete from peers");
    }

    private void pair() {
        assertThat(text("peers", "add", "there", "127.0.0.1:" + other.quicPort(), "--fingerprint",
                node.peer(other).fingerprint())).contains("Added there");
    }

    @Test
    void aPeer_isAdded_pinged_comparedAndRemoved() throws Exception {
        pair();
        assertThat(text("peers")).contains("NAME", "there", "127.0.0.1:" + other.quicPort());
        assertThat(fails(6, operator(), "peers", "add", "there", "h:1")).contains("already");
        assertThat(text("peers", "ping", "there")).startsWith("there is node there: ");
        node.episode("only here");
        CommandRun differs = operator().run("peers", "verify", "there", "-o", "json");
        assertThat(differs.status()).as(differs.err()).isEqualTo(8);
        assertThat(differs.json().path("equal").asBoolean(true)).isFalse();
        assertThat(text("peers", "verify", "there", "--repair")).contains("there: equal", "episodes");
        assertThat(text("peers", "remove", "there")).contains("Removed there");
        assertThat(fails(5, operator(), "peers", "ping", "there")).contains("no peer 'there'");
        assertThat(fails(4, viewer(), "peers", "remove", "there")).isNotBlank();
        Files.writeString(home.resolve("secret"), "its-token\n");
        assertThat(json("peers", "add", "a.b", "h:1", "--auth-token-file",
                home.resolve("secret").toString(), "--type", "episodes,skills").path("authToken").asBoolean()).isTrue();
        assertThat(fails(2, operator(), "peers", "add", "a b", "h:1")).contains("a peer's name");
    }

    @Test
    void sync_waitsForTheEnd_andSaysWhatItHasDone() {
        assertThat(fails(5, operator(), "sync")).contains("no peers");
        pair();
        node.episode("goes there");
        other.episode("comes here");
        assertThat(text("sync", "there")).matches("(?s)there: \\d+ pushed, \\d+ pulled, 0 conflicts, .* in .* s\\n");
        assertThat(node.digests()).isEqualTo(other.digests());
        assertThat(text("sync", "--help")).contains(Stream.of(ConflictStrategy.values()).map(ConflictStrategy::label)
                .toList());
        assertThat(json("sync", "--since", "2h").path("runs").path(0).path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(fails(2, operator(), "sync", "--since", "2y")).contains("'2y' is no time");
        JsonNode again = json("sync", "--type", "episodes", "--since", "2020-01-01T00:00:00Z", "--filter",
                "sessionId=s", "--filter", "success=true", "--batch-size", "10");
        assertThat(again.path("runs").path(0).path("state").asString()).isEqualTo("SUCCEEDED");
        List<String> lines = text("sync", "-o", "ndjson").lines().toList();
        assertThat(JsonText.parse(lines.get(0)).path("phase").isMissingNode()).isFalse();
        assertThat(JsonText.parse(lines.get(lines.size() - 1)).path("runs").path(0).path("report").path("success")
                .asBoolean(false)).isTrue();
        assertThat(fails(5, operator(), "sync", "there", "nobody")).contains("no peer 'nobody'");
        assertThat(fails(2, operator(), "sync", "--type", "nonsense")).contains("nonsense");
        assertThat(fails(2, operator(), "sync", "--strategy", "connect")).as("a value may be called as a verb")
                .contains("connect").doesNotContain("Expected parameter");
        assertThat(fails(4, viewer(), "sync")).isNotBlank();
    }

    @Test
    void runs_areListed_shownAndFollowed() {
        pair();
        String id = json("sync", "there", "--no-wait").path("runs").path(0).path("id").asString();
        assertThat(text("runs", "follow", id)).startsWith("there: ");
        assertThat(text("runs")).contains("ID", id, "SUCCEEDED");
        assertThat(json("runs", "show", id).path("runs").path(0).path("id").asString()).isEqualTo(id);
        assertThat(fails(5, operator(), "runs", "show", "00000000-0000-4000-8000-000000000000")).contains("no run");
    }

    @Test
    void aPeerThatIsAway_isStatus7_withTheFailure() throws Exception {
        text("peers", "add", "away", "127.0.0.1:" + closed());
        CommandRun run = operator().run("sync", "away", "-o", "json");
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(7);
        assertThat(run.json().path("failure").asString()).isIn("unreachable", "timed-out");
        assertThat(fails(7, operator(), "peers", "ping", "away")).isNotBlank();
    }

    @Test
    void aTimeout_isStatus9_andTheRunGoesOn() throws Exception {
        try (DatagramSocket silent = new DatagramSocket()) {
            text("peers", "add", "silent", "127.0.0.1:" + silent.getLocalPort());
            CommandRun run = operator().run("sync", "silent", "--timeout", "1s");
            assertThat(run.status()).as(run.out() + run.err()).isEqualTo(9);
            assertThat(run.err()).contains("Sync goes on: agentdb-sync runs follow ");

            Process process = operator().process(CommandRun.CLASS_PATH, "sync", "silent", "-o", "ndjson").start();
            // It follows the run once it tells of it; before, nobody would be told that it goes on.
            assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).contains("phase");
            process.toHandle().destroy();
            assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("Sync goes on: agentdb-sync runs follow ");
        }
    }

    @Test
    void automaticSync_isSwitched() {
        assertThat(text("auto", "on")).contains("is on");
        assertThat(json("status").path("sync").path("auto").asBoolean(false)).isTrue();
        assertThat(text("auto", "off")).contains("is off");
        assertThat(fails(2, operator(), "auto", "maybe")).contains("on or off");
    }

    private static int closed() throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            return socket.getLocalPort();
        }
    }
}
