package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import java.net.DatagramSocket;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Steering syncs, deciding many conflicts, versions and the log. */
class SteeringVerbsTest extends WithNode {

    @Test
    void pushAndPull_goOneWay_alsoByAgentDbsWords() {
        String port = "" + other.quicPort();
        text("sync", "connect", "127.0.0.1", port, "--fingerprint", node.peer(other).fingerprint());
        try {
            node.episode("goes there");
            other.episode("comes here");
            assertThat(text("sync", "push", "--server", "127.0.0.1:" + port, "--incremental"))
                    .contains("1 pushed, 0 pulled");
            assertThat(text("sync", "--direction", "pull")).contains("0 pushed, 1 pulled");
            node.episode("later");
            assertThat(text("sync", "pull", "--server", "127.0.0.1:" + port, "--filter", "episodes"))
                    .contains("0 pushed, 0 pulled");
            assertThat(fails(5, operator(), "sync", "push", "--server", "h:1")).contains("no peer at h:1");
            assertThat(fails(2, operator(), "sync", "--direction", "sideways")).contains("sideways");
        } finally {
            node.jdbc().update("delete from peers");
        }
    }

    @Test
    void dryRun_saysWhatASyncWouldDo_andPausedPeersAreLeftAlone() {
        text("peers", "add", "there", "127.0.0.1:" + other.quicPort(), "--fingerprint",
                node.peer(other).fingerprint());
        try {
            text("sync");
            node.episode("not there yet");
            assertThat(text("sync", "--dry-run")).contains("would push 1 and pull 0 episodes");
            assertThat(json("sync", "there", "--dry-run").path("runs").path(0).path("dryRun").asBoolean()).isTrue();
            assertThat(text("peers", "pause", "there", "--for", "30m")).contains("there is paused for 30m");
            assertThat(fails(6, operator(), "sync", "there")).contains("paused by robot");
            assertThat(text("peers")).contains("PAUSED BY", "robot");
            assertThat(operator().run("status").out()).contains("there: paused by robot");
            assertThat(text("peers", "resume", "there")).contains("Resumed there");
            assertThat(text("peers", "pause", "--all")).contains("peers resume --all");
            assertThat(fails(6, operator(), "peers", "resume", "there")).contains("paused with all others");
            assertThat(text("peers", "resume", "--all")).contains("Resumed all peers");
            assertThat(text("sync", "there")).contains("1 pushed");
            assertThat(fails(2, operator(), "peers", "pause")).contains("--all");
            assertThat(fails(2, operator(), "peers", "pause", "there", "--for", "soon")).contains("30m");
        } finally {
            node.jdbc().update("delete from peers");
        }
    }

    @Test
    void aRun_isCancelled() throws Exception {
        try (DatagramSocket silent = new DatagramSocket()) {
            text("peers", "add", "silent", "127.0.0.1:" + silent.getLocalPort());
            String id = json("sync", "silent", "--no-wait").path("runs").path(0).path("id").asString();
            assertThat(text("runs", "cancel", id)).contains("ends after the batch at hand");
            // 7 if it had failed before it heard of that.
            assertThat(operator().run("runs", "follow", id).status()).isIn(6, 7);
            assertThat(fails(6, operator(), "runs", "cancel", id)).contains("has ended");
        } finally {
            node.jdbc().update("delete from peers");
        }
    }

    @Test
    void manyConflicts_areShown_decidedAndTakenBack() {
        UUID first = conflict();
        conflict();
        assertThat(text("conflicts", "resolve-all", "--keep", "newer", "--preview"))
                .contains("2 conflicts can be decided");
        assertThat(fails(2, operator(), "conflicts", "resolve-all", "--keep", "remote")).contains("--yes");
        JsonNode came = json("conflicts", "resolve-all", "--keep", "remote", "--filter", "kind=episodes", "--yes");
        assertThat(came.path("decided").asInt()).isEqualTo(2);
        assertThat(text("conflicts", "list", "--open")).isEmpty();
        assertThat(text("conflicts", "undo", came.path("id").asString())).contains("2 conflicts done, 0 left");
        assertThat(json("conflicts", "list", "--open").path("items")).hasSize(2);
        assertThat(text("memory", "history", first.toString())).contains("VERSION", "here", "there");
    }

    @Test
    void theLog_isShown_andFollowed() {
        node.sync(other);
        assertThat(text("logs", "-n", "5").lines()).hasSizeLessThanOrEqualTo(6).first().asString().contains("TIME");
        assertThat(text("logs", "--since", "10m")).contains("TIME");
        assertThat(text("logs", "--since", "0s")).doesNotContain("TIME");
        assertThat(fails(9, operator(), "logs", "--follow", "--timeout", "1s")).isNotNull();
        assertThat(fails(2, operator(), "logs", "--level", "loud")).contains("level");
    }

    private UUID conflict() {
        UUID episode = node.episode("shared");
        RunOptions manual = new RunOptions(Kind.ALL, null, ConflictStrategy.labelled("manual"), null);
        node.sync(node.peer(other), manual);
        node.jdbc().update("update episodes set critique = 'by here' where id = ?", episode);
        other.jdbc().update("update episodes set critique = 'by there' where id = ?", episode);
        node.sync(node.peer(other), manual);
        return episode;
    }
}
