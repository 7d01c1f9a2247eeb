package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code conflicts} and {@code quarantine}: what people look at and decide. */
class ConflictsVerbTest extends WithNode {

    @Test
    void conflicts_areListed_shownAndDecided() throws Exception {
        assertThat(text("conflicts", "list", "--open")).isEmpty();
        long first = openConflict();
        assertThat(text("conflicts")).contains("ID", "open", "manual", "there");
        JsonNode listed = json("conflicts", "list", "--open", "--kind", "episodes", "--node", "there", "--limit", "5");
        assertThat(listed.path("items").path(0).path("id").asLong()).isEqualTo(first);
        assertThat(text("conflicts", "show", "" + first)).contains("Conflict " + first, "here:  by here",
                "there: by there", "written on there at").doesNotContain("\033");
        assertThat(fails(4, viewer(), "conflicts", "resolve", "" + first, "--keep", "local")).isNotBlank();
        assertThat(fails(2, operator(), "conflicts", "resolve", "" + first)).contains("say what to keep");
        assertThat(text("conflicts", "resolve", "" + first, "--keep", "remote", "--by", "anna"))
                .contains("Conflict " + first + ": remote");
        assertThat(fails(6, operator(), "conflicts", "resolve", "" + first, "--keep", "remote")).isNotBlank();
        assertThat(fails(5, operator(), "conflicts", "show", "999999")).contains("999999");
        assertThat(text("conflicts", "undo", "" + first)).contains("1 conflict done");
        assertThat(fails(6, operator(), "conflicts", "undo", "" + first)).contains("taken back already");
        assertThat(operator().run("status").status()).as("one conflict is open").isEqualTo(8);
        assertThat(json("status", "--wait", "ready").path("inSync").asBoolean(true)).isFalse();
        assertThat(text("conflicts", "resolve-all", "--keep", "remote", "--preview"))
                .contains("1 conflict can be decided", first + ": episodes ", "critique = by there");
        assertThat(json("conflicts", "resolve", "" + first, "--keep", "local").path("resolvedBy").asString())
                .isEqualTo("robot");

        long second = openConflict();
        Path record = Files.writeString(home.resolve("record.json"),
                "{\"sessionId\": \"s\", \"task\": \"shared\", \"critique\": \"both\\u001b[31m\"}");
        assertThat(json("conflicts", "resolve", "" + second, "--record", record.toString()).path("resolution")
                .asString()).isEqualTo("record");
        assertThat(text("conflicts", "show", "" + second)).contains("both\\u001b[31m").doesNotContain("\033");
        long third = openConflict();
        assertThat(text("conflicts", "resolve", "" + third, "" + openConflict(), "--keep", "local").lines()).hasSize(2);
    }

    @Test
    void whatWasSetAside_isListed_triedAgainAndGivenUp() {
        node.jdbc().execute("alter table episodes add constraint broken check (task not like 'poison%')");
        try {
            other.episode("poison 1");
            other.episode("poison 2");
            node.jdbc().update("insert into peers (name, address, fingerprint) values (?, ?, ?)", "there",
                    "127.0.0.1:" + other.quicPort(), node.peer(other).fingerprint());
            assertThat(fails(8, operator(), "sync", "there")).isEmpty();
            String key = json("quarantine").path("items").path(0).path("key").asString();
            assertThat(key).startsWith("episodes/");
            assertThat(text("quarantine", "list", "--kind", "episodes", "--node", "there")).contains(key, "KEY");
            assertThat(text("quarantine", "show", key)).contains("violates check constraint", "poison");
            assertThat(fails(8, operator(), "quarantine", "replay", key)).isEmpty();
            assertThat(fails(2, operator(), "quarantine", "replay")).contains("--all");
            assertThat(fails(2, operator(), "quarantine", "drop", key)).contains("--yes");
            assertThat(fails(2, operator(), "quarantine", "drop", "nonsense", "--yes")).contains("is no key");
            assertThat(text("quarantine", "drop", key, "--yes")).contains("Given up");
            assertThat(fails(5, operator(), "quarantine", "show", key)).contains("quarantine");
        } finally {
            node.jdbc().execute("alter table episodes drop constraint broken");
            node.jdbc().update("delete from peers");
        }
        assertThat(text("quarantine", "replay", "--all")).contains("1 applied", "0 left");
    }
}
