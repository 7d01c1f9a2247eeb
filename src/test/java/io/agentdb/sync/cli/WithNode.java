package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.cli.CommandRun.Place;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two nodes: the one that is asked, and one that is away from its command line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WithNode {

    @TempDir
    Path home;
    TestNode node;
    TestNode other;

    @BeforeAll
    void start() {
        node = TestNode.start("here", "agentdb.admin.open=false", "agentdb.admin.users[0].name=robot",
                "agentdb.admin.users[0].token=robots-token", "agentdb.admin.users[0].role=operator",
                "agentdb.admin.users[1].name=guest", "agentdb.admin.users[1].password=guests-password",
                "agentdb.admin.users[1].role=viewer", "agentdb.admin.users[2].name=boss",
                "agentdb.admin.users[2].password=boss-password", "agentdb.admin.users[2].role=operator");
        other = TestNode.start("there");
    }

    @AfterAll
    void stop() {
        other.close();
        node.close();
    }

    Place operator() {
        return Place.of(home).with("AGENTDB_SYNC_URL", node.url("")).with("AGENTDB_SYNC_TOKEN", "robots-token");
    }

    Place viewer() {
        return Place.of(home).with("AGENTDB_SYNC_URL", node.url("")).with("AGENTDB_SYNC_USER", "guest")
                .with("AGENTDB_SYNC_PASSWORD", "guests-password");
    }

    /** What it prints if all goes well. */
    String text(String... arguments) {
        CommandRun run = operator().run(arguments);
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        return run.out();
    }

    JsonNode json(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "-o";
        all[arguments.length + 1] = "json";
        CommandRun run = operator().run(all);
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(run.json().path("schemaVersion").asInt()).isEqualTo(1);
        return run.json();
    }

    /** That the command ends so, and what it says on stderr. */
    String fails(int status, Place place, String... arguments) {
        CommandRun run = place.run(arguments);
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(status);
        return run.err();
    }

    /** An open one, about an episode that both sides have changed. */
    long openConflict() {
        UUID episode = node.episode("shared");
        RunOptions manual = new RunOptions(Kind.ALL, null, ConflictStrategy.labelled("manual"), null);
        node.sync(node.peer(other), manual);
        node.jdbc().update("update episodes set critique = 'by here' where id = ?", episode);
        other.jdbc().update("update episodes set critique = 'by there' where id = ?", episode);
        node.sync(node.peer(other), manual);
        return node.jdbc().queryForObject("select max(id) from conflicts", Long.class);
    }
}
