package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.live.LiveSync;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.quic.server.QuicServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that a person has left alone for a while: a synchronizes by itself with b and c. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PausedPeerTest {

    private static final PeerName B = new PeerName("b");
    private static final PeerName C = new PeerName("c");
    private static final ConditionFactory SOON = await().atMost(Duration.ofSeconds(30));

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode a;
    private TestNode b;
    private TestNode c;

    @BeforeAll
    void start() {
        b = TestNode.start("b");
        c = TestNode.start("c");
        a = TestNode.start("a", settings("agentdb.sync.lag-interval=200ms"));
        SOON.until(() -> a.bean(LiveSync.class).peers().containsAll(List.of(B, C)));
    }

    @AfterEach
    void resumed() throws Exception {
        post(a, "/peers/resume");
        post(a, "/peers/b/resume");
        SOON.until(() -> a.bean(LiveSync.class).peers().containsAll(List.of(B, C)));
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
        c.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/peers/b/pause", "/peers/pause"})
    void pausedPeer_isNotDialled_byAutomaticOrLiveSync(String path) throws Exception {
        assertThat(post(a, path).statusCode()).isEqualTo(200);
        assertThat(a.bean(LiveSync.class).peers()).as("at once").doesNotContain(B);
        SOON.until(() -> runs("b").stream().noneMatch(run -> run.state() == SyncRun.State.RUNNING));
        Instant since = Instant.now();
        UUID news = a.episode("written meanwhile");
        if (path.contains("/b/")) {
            SOON.until(() -> has(c, news)
                    && runs("c").stream().filter(run -> run.startedAt().isAfter(since)).count() > 2);
        } else {
            SOON.until(() -> runs("c").stream().noneMatch(run -> run.state() == SyncRun.State.RUNNING));
        }
        assertThat(runs("b")).noneMatch(run -> run.startedAt().isAfter(since));
        assertThat(has(b, news)).isFalse();
        assertThat(b.sync(a).success()).as("its own runs are answered").isTrue();
        assertThat(has(b, news)).isTrue();
        UUID later = a.episode("told after the pause");
        assertThat(post(a, path.replace("pause", "resume")).statusCode()).isEqualTo(200);
        SOON.until(() -> has(b, later));
    }

    @Test
    void resumingAll_leavesSinglePauses() throws Exception {
        post(a, "/peers/b/pause");
        post(a, "/peers/pause?for=1h");
        String all = send(a, "GET", "/peers", null).body();
        assertThat(JsonPath.<List<String>>read(all, "$[*].paused.by")).containsExactly("one", "all");
        HttpResponse<String> resumed = post(a, "/peers/resume");
        assertThat(JsonPath.<List<String>>read(resumed.body(), "$[*].paused.by")).containsExactly("one");
        assertThat(JsonPath.<String>read(resumed.body(), "$[0].paused.who")).isEqualTo("anybody");
        assertThat(resumed.body()).contains("\"until\":null");
    }

    @Test
    void resumingOne_whileAllArePaused_saysWhatToDo() throws Exception {
        post(a, "/peers/pause?for=1h");
        HttpResponse<String> refused = post(a, "/peers/b/resume");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("paused with all others by anybody", "POST /peers/resume ends that");
    }

    @Test
    void pause_endsByItself_andSurvivesARestart() throws Exception {
        try (TestNode node = TestNode.start("forgetful", settings())) {
            assertThat(post(node, "/peers/c/pause?for=1h").statusCode()).isEqualTo(200);
            node.restart();
            assertThat(JsonPath.<String>read(send(node, "GET", "/peers/c", null).body(), "$.paused.by"))
                    .isEqualTo("one");
            SOON.until(() -> node.bean(LiveSync.class).peers().contains(B));
            assertThat(node.bean(LiveSync.class).peers()).doesNotContain(C);
            node.jdbc().update("update peer_pauses set until = now() + interval '1 second'");
            SOON.until(() -> node.bean(LiveSync.class).peers().contains(C));
            assertThat(send(node, "GET", "/peers/c", null).body()).doesNotContain("paused");
        }
    }

    @Test
    void pause_holdsForEveryProcess() throws Exception {
        try (TestNode other = a.sibling(settings())) {
            assertThat(post(other, "/peers/b/pause").statusCode()).isEqualTo(200);
            SOON.until(() -> !a.bean(LiveSync.class).peers().contains(B));
        }
    }

    @Test
    void personsSync_ofAPausedPeer_isRefused_andOfAllLeavesItOut() throws Exception {
        post(a, "/peers/b/pause?for=30m");
        HttpResponse<String> refused = send(a, "POST", "/sync", "{\"peer\": \"b\"}");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("peer 'b' is paused by anybody", "POST /peers/b/resume ends that");
        assertThat(send(a, "POST", "/peers/b/verify", "{\"repair\": true}").statusCode()).isEqualTo(409);
        assertThat(send(a, "POST", "/peers/b/verify", "{}").statusCode()).as("looking is no exchange").isEqualTo(200);
        assertThat(send(a, "POST", "/peers/b/ping", null).statusCode()).isEqualTo(200);
        HttpResponse<String> others = send(a, "POST", "/sync", "{}");
        assertThat(JsonPath.<List<String>>read(others.body(), "$.items[*].peer")).containsExactly("c");
        post(a, "/peers/pause");
        assertThat(send(a, "POST", "/sync", "{}").body()).contains("every peer is paused");
    }

    @Test
    void pausedPeer_isToldAsPaused_notAsFailing() throws Exception {
        post(a, "/peers/b/pause");
        assertThat(JsonPath.<String>read(send(a, "GET", "/actuator/health/peers", null).body(), "$.details.b"))
                .startsWith("paused by anybody at ");
        SOON.until(() -> send(a, "GET", "/actuator/prometheus", null).body()
                .contains("agentdb_sync_paused{peer=\"b\"} 1"));
        assertThat(send(a, "GET", "/actuator/prometheus", null).body()).contains("agentdb_sync_paused{peer=\"c\"} 0");
    }

    @Test
    void pauseOfAPeer_goesWithIt() throws Exception {
        send(a, "PUT", "/peers/d", "{\"address\": \"127.0.0.1:9\"}");
        post(a, "/peers/d/pause");
        String shown = send(a, "GET", "/peers/d", null).body();
        assertThat(shown).contains("\"paused\"");
        assertThat(send(a, "PUT", "/peers/d", shown).body()).as("put back, it changes nothing").isEqualTo(shown);
        assertThat(send(a, "PATCH", "/peers/d", shown).body()).isEqualTo(shown);
        send(a, "DELETE", "/peers/d", null);
        assertThat(a.bean(PeerPauses.class).now().single()).doesNotContainKey(new PeerName("d"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "soon", "", "-5m", "0s", "366d", "10ms", "P999999999999D", "99999999999999999999d"})
    void pauseForNoTime_isRefused(String time) throws Exception {
        for (String path : List.of("/peers/b/pause?for=", "/peers/pause?for=")) {
            HttpResponse<String> refused = post(a, path + time);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
            assertThat(refused.body()).containsAnyOf("is no duration: say 30s", "for must be from 1s to 365d");
        }
        assertThat(post(a, "/peers/nobody/pause").statusCode()).isEqualTo(404);
        assertThat(post(a, "/peers/nobody/resume").statusCode()).isEqualTo(404);
        assertThat(post(a, "/peers/b/pause?until=tomorrow").statusCode()).isEqualTo(400);
    }

    private String[] settings(String... more) {
        List<String> all = new ArrayList<>(List.of("agentdb.sync.auto=true", "agentdb.sync.interval=500ms",
                "agentdb.peers[0].name=b", "agentdb.peers[0].address=127.0.0.1:" + b.quicPort(),
                "agentdb.peers[0].fingerprint=" + b.bean(QuicServer.class).status().fingerprint(),
                "agentdb.peers[1].name=c", "agentdb.peers[1].address=127.0.0.1:" + c.quicPort(),
                "agentdb.peers[1].fingerprint=" + c.bean(QuicServer.class).status().fingerprint()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private List<RunRecord> runs(String peer) {
        return a.bean(SyncRuns.class).all().stream().filter(run -> run.peer().text().equals(peer)).toList();
    }

    private static boolean has(TestNode node, UUID id) {
        return !node.jdbc().queryForList("select id from episodes where id = ?", id).isEmpty();
    }

    private HttpResponse<String> post(TestNode node, String path) throws Exception {
        return send(node, "POST", path, null);
    }

    private HttpResponse<String> send(TestNode node, String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url(path)))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
