package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.cli.CommandRun.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** Connections, nodes, health, contexts, completion. */
class AdministrationTest extends WithNode {

    @Test
    void clients_areSeen_sentAwayAndBlocked() {
        node.sync(other);
        String id = json("connections").path("items").path(0).path("id").asString();
        assertThat(text("connections")).contains("DIRECTION", id);
        assertThat(text("connections", "drop", id)).contains("Closed");
        assertThat(fails(5, operator(), "connections", "drop", id)).contains("no connection");
        assertThat(text("block", "10.0.0.9", "--reason", "it floods")).contains("Blocked 10.0.0.9");
        assertThat(text("block")).contains("10.0.0.9", "it floods");
        assertThat(text("unblock", "10.0.0.9")).contains("may come again");
        assertThat(fails(5, operator(), "unblock", "10.0.0.9")).isNotBlank();
        assertThat(text("nodes", "-o", "tsv")).startsWith("nodeId\t").contains("there");
        assertThat(fails(2, operator(), "nodes", "retire", "there")).contains("--yes");
        assertThat(text("nodes", "retire", "there", "--yes")).contains("Retired there");
        assertThat(text("digests").lines()).hasSize(4);
        assertThat(text("digests", "-o", "ndjson").lines()).hasSize(3).allMatch(line -> line.startsWith("{"));
        assertThat(text("health")).startsWith("UP").contains("db: UP");
    }

    @Test
    void contexts_areKeptForTheirOwnerAlone_andUsedInTurn() throws Exception {
        Place place = Place.of(home);
        assertThat(place.saying("robots-token").run("context", "add", "mine", "--url", node.url(""),
                "--token-file", "-").status()).isZero();
        Path file = home.resolve(".config/agentdb-sync/contexts.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(place.run("--context", "mine", "digests").status()).isZero();
        assertThat(place.with("AGENTDB_SYNC_CONTEXT", "mine").run("digests").status()).isZero();
        assertThat(fails(3, place, "digests")).contains("No node runs");
        assertThat(place.run("context", "use", "mine").status()).isZero();
        assertThat(place.run("digests").status()).isZero();
        assertThat(place.run("context").out()).contains("mine", node.url(""), "token").doesNotContain("robots-token");
        assertThat(place.with("AGENTDB_SYNC_URL", "http://127.0.0.1:1").run("digests").status())
                .as("the environment comes before contexts").isEqualTo(3);
        assertThat(place.with("AGENTDB_SYNC_URL", "http://127.0.0.1:1").run("digests", "--context", "mine").status())
                .as("a flag comes before the environment").isZero();
        assertThat(fails(4, place, "digests", "--url", node.url(""))).as("a context's login is for its node alone")
                .contains("wants a login");

        Path password = Files.writeString(home.resolve("password"), "guests-password\n");
        assertThat(place.run("login", "--url", node.url(""), "--user", "guest", "--password-file", password.toString())
                .out()).contains("kept as context default");
        assertThat(place.run("digests").status()).isZero();
        assertThat(fails(4, place, "auto", "on")).isNotBlank();
        assertThat(fails(4, place.saying("wrong"), "login", "--url", node.url(""), "--password-file", "-"))
                .contains("does not know this login");
        assertThat(fails(2, place, "login", "--url", node.url(""))).contains("without a terminal");
        assertThat(place.run("context", "remove", "default").status()).isZero();
        assertThat(fails(3, place, "digests")).contains("No node runs");
        assertThat(fails(5, place, "digests", "--context", "gone")).contains("no context 'gone'");
        assertThat(fails(2, place, "context", "add", "a b", "--url", "http://h")).contains("no name");
        assertThat(fails(2, place, "context", "add", "x")).contains("--url");
        Files.writeString(file, "{");
        assertThat(fails(2, place, "context")).contains("cannot be read", file.toString());
    }

    @Test
    void completion_isAScriptThatBashTakes_andNamesEveryVerb() throws Exception {
        CommandRun run = Place.of(home).run("completion", "bash");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains(Verbs.ALL.stream().map(Verbs.ListedVerb::name).toList());
        Path script = Files.writeString(home.resolve("completion"), run.out());
        assertThat(new ProcessBuilder("bash", "-n", script.toString()).start().waitFor()).isZero();
        assertThat(fails(2, Place.of(home), "completion", "tcsh")).contains("bash, zsh and fish");
    }

    @Test
    void completionOfFish_namesEveryVerb_itsWordsAndItsOptions() {
        CommandRun run = Place.of(home).run("completion", "fish");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Verbs.ALL).allSatisfy(verb -> assertThat(run.out()).contains(" -a " + verb.name() + " -d '"));
        assertThat(run.out()).contains("-n '__fish_seen_subcommand_from peers' -a add -d '",
                "__fish_seen_subcommand_from peers; and __fish_seen_subcommand_from add' -l fingerprint -x -d '",
                "complete -c agentdb-sync -l token-file -r -F -d '")
                .satisfies(script -> assertThat(script.lines()).allMatch(line -> line.startsWith("#")
                        || line.startsWith("complete -c agentdb-sync ")
                        && line.replace("\\\\", "").replace("\\'", "").chars().filter(c -> c == '\'').count() % 2
                                == 0));
    }

    @Test
    void verbose_tellsOfEachRequestOnStderr_andOfNoSecret() {
        CommandRun run = operator().run("-v", "whoami-is-no-verb");
        assertThat(run.status()).isEqualTo(2);
        run = operator().run("-v", "digests", "-o", "json");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).matches("GET " + node.url("/digests") + ": 200 in \\d+ ms\n").doesNotContain("robots");
        run = operator().run("conflicts", "show", "999999", "--verbose");
        assertThat(run.err()).contains("GET " + node.url("/conflicts/999999") + ": 404 in ");
        run = operator().with("AGENTDB_SYNC_URL", "http://name:secret@127.0.0.1:1").run("digests", "-v");
        assertThat(run.err()).contains("GET http://127.0.0.1:1/digests: no answer in ");
    }

    @Test
    void health_isWatched_untilTheTimeHasPassed() {
        CommandRun run = operator().run("health", "--watch", "--timeout", "3s");
        assertThat(run.status()).as(run.err()).isEqualTo(9);
        assertThat(run.out()).as("said once, since nothing changes").startsWith("UP\n").containsOnlyOnce("db: UP");
        assertThat(operator().with("AGENTDB_SYNC_URL", "http://127.0.0.1:1").run("health", "--watch", "--timeout", "3s")
                .err()).as("a node that is away is waited for").containsOnlyOnce("No node answers");
    }
}
