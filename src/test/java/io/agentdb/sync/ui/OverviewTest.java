package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.FreePort;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.web.watch.Snapshots;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The overview of a node with one peer that answers and one that is away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class OverviewTest {

    private TestNode a;
    private TestNode b;
    private PageReader olga;
    private PageReader victor;

    @BeforeAll
    void start() throws Exception {
        b = TestNode.start("pagethere");
        a = TestNode.start("pagehere", SignInTest.USERS);
        Peers peers = a.bean(Peers.class);
        peers.save(a.peer(b), null);
        peers.save(new Peer(new PeerName("train"), new HostPort("127.0.0.1", FreePort.udp()), null, null, Kind.ALL,
                Selection.ALL, null, Peer.Origin.API), null);
        a.episode("to be sent");
        a.sync(b);
        a.sync(peers.find(new PeerName("train")).orElseThrow(), RunOptions.DEFAULT);
        a.bean(Snapshots.class).changed();
        olga = new PageReader(a).signedIn("olga", "olgas");
        victor = new PageReader(a).signedIn("victor", "victors");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void peerThatIsNotKnownToHoldTheSame_isNotSaidToBeInSync() throws Exception {
        a.jdbc().update("update sync_state set in_sync_as_of = null where peer = 'pagethere'");
        a.bean(Snapshots.class).changed();
        try {
            assertThat(olga.get("/ui/").body()).contains("In sync with 0 of 2 nodes, 1 is synchronized and not known to"
                    + " hold the same", "a comparison has found differences");
        } finally {
            a.sync(b);
            a.bean(Snapshots.class).changed();
        }
    }

    @Test
    void overview_saysInOneSentence_withWhomItIsInSync_andWhoIsAwayWithWhatToDo() throws Exception {
        String page = olga.get("/ui/").body();
        assertThat(page).contains("In sync with 1 of 2 nodes, 1 failed", "in sync as of",
                "Automatic sync is off: it is not tried again by itself.", "pagehere (this)", "<svg", "UTC",
                "pid " + ProcessHandle.current().pid());
        assertThat(page).doesNotContain("within 60 s").containsAnyOf("Nobody is there", "Somebody may be there");
    }

    @Test
    void viewer_seesEverything_andNoButtonThatWouldBeRefused() throws Exception {
        String page = victor.get("/ui/").body();
        assertThat(page).contains("In sync with 1 of 2 nodes", "signed in as a viewer")
                .doesNotContain("method=\"post\" action=\"/ui/peers", "Ping</button>", "Switch automatic");
        assertThat(victor.post("/ui/peers/sync").statusCode()).isEqualTo(403);
        assertThat(victor.post("/ui/peers/pagethere/verify").statusCode()).isEqualTo(403);
    }

    @Test
    void buttons_work_withoutScript() throws Exception {
        assertThat(olga.post("/ui/peers/pagethere/ping").body()).contains("answers in", "as node pagethere");
        assertThat(olga.post("/ui/peers/train/ping").body()).contains("No round trip to train", "role=\"alert\"");
        assertThat(olga.post("/ui/peers/pagethere/sync").body()).contains("has begun", "href=\"/ui/\"");
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                olga.post("/ui/peers/pagethere/verify").body()).contains("hold the same memory"));
        assertThat(olga.post("/ui/peers/nobody/sync").statusCode()).isEqualTo(404);
        assertThat(olga.post("/ui/sync/auto", "on", "true").statusCode()).isEqualTo(302);
        assertThat(olga.get("/ui/").body()).contains("● on", "Switch automatic sync off");
        olga.post("/ui/sync/auto", "on", "false");
        assertThat(olga.get("/ui/").body()).contains("○ off");
    }

    @Test
    void pauses_areShown_withWhoAndUntilWhen_andEndedOneByOne() throws Exception {
        assertThat(olga.post("/ui/peers/pagethere/pause", "for", "30m").statusCode()).isEqualTo(302);
        assertThat(olga.get("/ui/").body()).contains("1 is paused", "By olga.", "Until", "Resume pagethere",
                "Pause all for 30 minutes").doesNotContain("Sync with pagethere");
        assertThat(olga.post("/ui/peers/pagethere/sync").body()).contains("is paused by olga", "resume it first");
        var page = olga.post("/ui/sync", "peer", "pagethere");
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body()).contains("is paused by olga", "resume it on the overview first");
        assertThat(olga.post("/ui/peers/pause").statusCode()).isEqualTo(302);
        assertThat(olga.get("/ui/").body()).contains("2 are paused", "With all others, by olga, until somebody",
                "Resume all");
        assertThat(olga.post("/ui/peers/sync").body()).contains("Every peer is paused");
        assertThat(olga.post("/ui/peers/resume").statusCode()).isEqualTo(302);
        assertThat(olga.get("/ui/").body()).contains("1 is paused", "Resume pagethere");
        assertThat(victor.get("/ui/").body()).contains("1 is paused").doesNotContain("Resume pagethere");
        assertThat(olga.post("/ui/peers/pagethere/resume").statusCode()).isEqualTo(302);
        assertThat(olga.get("/ui/").body()).doesNotContain("paused").contains("Sync with pagethere");
    }

    @Test
    void comparison_thatFindsDifferences_countsThem() throws Exception {
        a.episode("not there yet");
        assertThat(olga.post("/ui/peers/pagethere/verify").body()).contains("differ", "only here");
        a.sync(b);
    }

    @Test
    void stream_tellsAllPages_whatHasChanged() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(a.url("/ui/events"))).header("Cookie", olga.cookie())
                .build();
        HttpResponse<InputStream> stream = HttpClient.newHttpClient().send(request,
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("Content-Type")).hasValueSatisfying(
                type -> assertThat(type).startsWith("text/event-stream"));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(),
                StandardCharsets.UTF_8))) {
            String first = said(lines);
            assertThat(first).contains("\"peers\":", "\"counts\":", "\"failed\":false");
            b.episode("news");
            b.sync(b.peer(a), RunOptions.DEFAULT);
            String next = said(lines);
            while (node(next).equals(node(first))) {
                next = said(lines);
            }
        }
        assertThat(olga.get("/ui/live").body()).contains("\"peers\":");
        assertThat(olga.get("/ui/parts/peers", "HX-Request", "true").body()).contains("id=\"peers\"")
                .doesNotContain("<html");
    }

    @Test
    void withoutItsDatabase_thePageShowsWhatItSawLast_andSaysSo() throws Exception {
        try (TestNode lost = TestNode.start("pagelost", "spring.datasource.hikari.connection-timeout=250")) {
            PageReader reader = new PageReader(lost);
            assertThat(reader.get("/ui/").body()).contains("This node has no peers yet");
            String database = lost.jdbc().queryForObject("select current_database()", String.class);
            JdbcClient elsewhere = JdbcClient.create(TestPostgres.newDatabase());
            elsewhere.sql("update pg_database set datallowconn = false where datname = ?").param(database).update();
            elsewhere.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = ?").param(database)
                    .query(Boolean.class).list();
            lost.bean(Snapshots.class).changed();
            assertThat(reader.get("/ui/").body()).contains("What you see is from", "the database cannot be read",
                    "This node has no peers yet");
            assertThat(reader.get("/ui/live").body()).contains("\"failed\":true");
        }
    }

    @Test
    void charts_haveTheirFigures_andATable() throws Exception {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(olga.get("/ui/trend").body())
                .contains("\"records\":[{\"name\":\"edges\"", "\"at\":["));
        assertThat(olga.get("/ui/").body()).contains("Show as table", "Longest lag");
    }

    private static String said(BufferedReader lines) throws Exception {
        return Stream.generate(() -> {
            try {
                return lines.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).filter(line -> line == null || line.startsWith("data:")).findFirst().orElseThrow();
    }

    private static String node(String said) {
        return said.replaceFirst(".*\"node\":\"([^\"]*)\".*", "$1");
    }
}
