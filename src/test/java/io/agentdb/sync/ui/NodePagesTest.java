package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.run.PeerLock;
import io.agentdb.sync.version.NodeId;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.postgresql.jdbc.PgConnection;
import org.slf4j.LoggerFactory;

/** Runs, clients, health and settings on pages, of a node that has synchronized with another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class NodePagesTest {

    private TestNode a;
    private TestNode b;
    private PageReader olga;
    private PageReader victor;

    @BeforeAll
    void start() throws Exception {
        a = TestNode.start("noded", Stream.concat(Stream.of(SignInTest.USERS),
                Stream.of("agentdb.peers[0].name=away", "agentdb.peers[0].address=127.0.0.1:9",
                        "agentdb.peers[0].auth-token=peers-secret", "agentdb.sync.batch-size=77"))
                .toArray(String[]::new));
        b = TestNode.start("nodedthere");
        a.bean(Peers.class).save(a.peer(b), null);
        a.episode("one");
        a.sync(b);
        olga = new PageReader(a).signedIn("olga", "olgas");
        victor = new PageReader(a).signedIn("victor", "victors");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void everyPage_beginsWithItsDoctype_elseBrowsersShowItAsOneOfTheNineties() throws Exception {
        String record = "/ui/memory/episodes/" + a.jdbc().queryForObject("select min(id::text) from episodes",
                String.class);
        for (String path : List.of("/ui/", "/ui/sync", "/ui/conflicts", "/ui/memory", record, record + "/edit",
                "/ui/memory/imports", "/ui/clients", "/ui/health", "/ui/log", "/ui/settings", "/ui/help", "/ui/invite",
                "/ui/join", "/ui/nowhere", "/ui/sync/runs/" + a.jdbc().queryForObject("select max(id::text) from"
                + " sync_runs", String.class))) {
            assertThat(olga.get(path).body()).as(path).startsWith("<!doctype html>").doesNotContain("</html>\n<html");
        }
        assertThat(new PageReader(a).get("/ui/login").body()).startsWith("<!doctype html>");
        assertThat(olga.get("/ui/parts/count").body()).as("a part of a page").doesNotContain("<!doctype");
        try (Stream<Path> templates = Files.list(Path.of("src/main/resources/templates/ui"))) {
            assertThat(templates.map(one -> contentOf(one.toFile(), StandardCharsets.UTF_8))
                    .filter(text -> text.contains("~{ui/layout :: page("))).hasSizeGreaterThan(20)
                    .allSatisfy(page -> assertThat(page).startsWith("<!doctype html>\n<html "));
        }
    }

    @Test
    void run_isStartedByAForm_followed_andFoundInTheHistory() throws Exception {
        a.episode("two");
        HttpResponse<String> begun = olga.post("/ui/sync", "peer", "nodedthere", "kind", "episodes", "strategy",
                "merge");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(302);
        String run = begun.headers().firstValue("Location").orElseThrow().replaceFirst("^https?://[^/]+", "");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(olga.get(run).body())
                .contains("✓ done", "1 record", "decided by merge", "completed"));
        assertThat(olga.get("/ui/sync?peer=nodedthere").body()).contains(run, "somebody");
        assertThat(olga.get("/ui/sync?peer=nobody").body()).contains("No run matches.");
        assertThat(olga.get("/ui/sync/runs/" + UUID.randomUUID()).statusCode()).isEqualTo(404);
        assertThat(olga.post("/ui/sync", "since", "yesterday").statusCode()).isEqualTo(400);
    }

    @Test
    void dryRun_saysWhatWouldBePushedAndPulled_perKind_andWritesNothing() throws Exception {
        UUID would = a.episode("would be pushed");
        HttpResponse<String> begun = olga.post("/ui/sync", "peer", "nodedthere", "direction", "push", "deed", "dry");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(302);
        String run = begun.headers().firstValue("Location").orElseThrow().replaceFirst("^https?://[^/]+", "");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(olga.get(run).body())
                .contains("✓ done", "A dry run", "Would push", "push only", "<td>episodes</td>"));
        assertThat(b.jdbc().queryForObject("select count(*) from episodes where id = ?", Long.class, would)).isZero();
        assertThat(olga.get("/ui/sync").body()).contains("dry run, push only", "Dry run: only say");
        assertThat(olga.post("/ui/sync", "direction", "sideways").statusCode()).isEqualTo(400);
    }

    @Test
    void run_isCancelled_onItsPage_andInTheList() throws Exception {
        try (PeerLock.Held busy = a.bean(PeerLock.class).acquire(new NodeId("nodedthere"), Duration.ZERO)
                .orElseThrow()) {
            HttpResponse<String> begun = olga.post("/ui/sync", "peer", "nodedthere");
            String run = begun.headers().firstValue("Location").orElseThrow().replaceFirst("^https?://[^/]+", "");
            assertThat(olga.get(run).body()).contains("Cancel this run", run + "/cancel");
            assertThat(olga.get("/ui/sync").body()).contains("Cancel the run with nodedthere", run + "/cancel");
            assertThat(victor.get(run).body()).doesNotContain("/cancel");
            assertThat(victor.post(run + "/cancel").statusCode()).isEqualTo(403);
            assertThat(olga.post(run + "/cancel").body()).contains("ends after the batch at hand");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(olga.get(run).body())
                    .contains("■ cancelled", "cancelled by olga").doesNotContain("Cancel this run"));
            assertThat(olga.post(run + "/cancel").body()).contains("has ended before");
            assertThat(olga.get("/ui/parts/runs?peer=nodedthere&state=CANCELLED").body()).contains("■ cancelled")
                    .doesNotContain("<html");
        }
    }

    @Test
    void viewer_seesAllOfIt_andNoButton() throws Exception {
        for (String path : List.of("/ui/sync", "/ui/clients", "/ui/health", "/ui/log",
                "/ui/settings")) {
            HttpResponse<String> page = victor.get(path);
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            assertThat(page.body().replaceFirst("(?s)<form class=\"who\".*?</form>", "")).as(path)
                    .doesNotContain("method=\"post\"");
        }
        assertThat(victor.post("/ui/sync").statusCode()).isEqualTo(403);
        assertThat(victor.post("/ui/blocked", "client", "x").statusCode()).isEqualTo(403);
    }

    @Test
    void client_isBlockedWithAReason_andLetInAgain() throws Exception {
        assertThat(olga.get("/ui/clients").body()).contains("nodedthere", "we dialled", "Nobody is blocked.");
        assertThat(olga.post("/ui/blocked", "client", "<b>10.0.0.9", "reason", "too much").statusCode())
                .isEqualTo(302);
        assertThat(olga.get("/ui/clients").body()).contains("&lt;b&gt;10.0.0.9", "too much", "Let in again");
        assertThat(olga.post("/ui/blocked/lift", "client", "<b>10.0.0.9").statusCode()).isEqualTo(302);
        assertThat(olga.post("/ui/blocked/lift", "client", "<b>10.0.0.9").statusCode()).isEqualTo(404);
        assertThat(olga.post("/ui/blocked", "client", " ").statusCode()).isEqualTo(400);
        assertThat(olga.post("/ui/connections/nothing/drop").statusCode()).isEqualTo(404);
    }

    @Test
    void health_saysThatNothingHoldsSyncBack_andWhichNodesItKnows() throws Exception {
        assertThat(olga.get("/ui/health").body()).contains("Nothing is set aside", "nodedthere", "✓ answers");
        assertThat(olga.post("/ui/quarantine/replay").body()).contains("0 records are stored now");
        assertThat(olga.post("/ui/nodes/nobody/retire").statusCode()).isEqualTo(404);
        assertThat(olga.post("/ui/quarantine/episodes/" + UUID.randomUUID() + "/x.y/1/replay").statusCode())
                .isEqualTo(404);
    }

    @Test
    void transactionThatHoldsSyncBack_isNamed_withWhoseItIs_sinceWhen_andHowToEndIt() throws Exception {
        try (Connection writer = a.jdbc().getDataSource().getConnection()) {
            writer.setAutoCommit(false);
            writer.createStatement().execute("select pg_current_xact_id() -- <b>left open</b>");
            int pid = writer.unwrap(PgConnection.class).getBackendPID();
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(olga.get("/ui/health").body())
                    .contains("A transaction holds sync back for", "PostgreSQL process</dt><dd>" + pid, "<dt>User</dt>",
                            "idle in transaction", "&lt;b&gt;left open", "pg_terminate_backend(" + pid + ")")
                    .doesNotContain("Nothing holds sync back"));
            assertThat(olga.get("/ui/").body()).contains("A transaction holds sync back");
            writer.rollback();
        }
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(olga.get("/ui/parts/fence").body())
                .contains("Nothing holds sync back").doesNotContain("<html"));
    }

    @Test
    void health_saysHowFarClocksAreOff_andForWhomDeletionsAreKept() throws Exception {
        UUID gone = a.episode("gone");
        a.sync(b);
        a.jdbc().update("delete from episodes where id = ?", gone);
        assertThat(olga.get("/ui/health").body()).contains("<h2>Clocks</h2>", "1 waits for", "<bdi>nodedthere</bdi>",
                "As measured at the last meeting", "Beyond").containsPattern("\\d+ m?s (ahead|behind)");
        a.sync(b);
        assertThat(olga.get("/ui/health").body()).contains("None waits for a node");
    }

    @Test
    void events_areFoundByText_levelAndPeer_andTakenAsAFile() throws Exception {
        LoggerFactory.getLogger("io.agentdb.sync.test").warn("Something about <b>nodedthere</b>");
        LoggerFactory.getLogger("io.agentdb.sync.test").info("Something about nodedthere-too");
        String page = victor.get("/ui/log?q=SOMETHING%20about").body();
        assertThat(page).contains("&lt;b&gt;nodedthere", "nodedthere-too", "! warn", "name=\"level\"");
        assertThat(page.indexOf("nodedthere-too")).as("newest first").isLessThan(page.indexOf("&lt;b&gt;nodedthere"));
        assertThat(victor.get("/ui/log?q=something%20about&level=warn").body()).contains("&lt;b&gt;nodedthere")
                .doesNotContain("nodedthere-too");
        assertThat(victor.get("/ui/log?q=something%20about&peer=nodedthere").body()).contains("&lt;b&gt;nodedthere")
                .doesNotContain("nodedthere-too");
        assertThat(victor.get("/ui/log?q=nobody%20says%20this").body()).contains("No event matches.");
        assertThat(victor.get("/ui/log?level=loud").statusCode()).isEqualTo(400);
        HttpResponse<String> file = victor.get("/ui/log.txt?q=something%20about");
        assertThat(file.headers().firstValue("Content-Disposition")).hasValueSatisfying(
                how -> assertThat(how).startsWith("attachment"));
        assertThat(file.body()).contains(" warn io.agentdb.sync.test Something about <b>nodedthere</b>\n");
    }

    @Test
    void settings_areShownWithWhereTheyComeFrom_andSecretsAreNot() throws Exception {
        String page = olga.get("/ui/settings").body();
        assertThat(page).contains("agentdb.sync.batch-size", ">77<", "agentdb.peers[0].auth-token", ">set<",
                "its default").doesNotContain("peers-secret", "olgas", "robots-token");
    }
}
