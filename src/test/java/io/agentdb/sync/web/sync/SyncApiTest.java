package io.agentdb.sync.web.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.quic.server.QuicServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sync part of the REST API, over real HTTP, with a real peer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class SyncApiTest {

    private static final String TOKEN = "tok3n-of-the-peer";

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode a;
    private TestNode b;

    @BeforeAll
    void start() throws Exception {
        a = TestNode.start("asked", "agentdb.sync.lag-interval=200ms", "agentdb.client.max-retries=0",
                "agentdb.client.timeout=5s");
        b = TestNode.start("other", "agentdb.server.auth-token=" + TOKEN);
        assertThat(send("POST", "/sync", null)).satisfies(answer -> problem(answer, 409, "no peers", "POST /peers"));
        assertThat(send("POST", "/peers", peer("b", b.quicPort(), TOKEN)).statusCode()).isEqualTo(201);
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void sync_isAccepted_andCanBeFollowedToItsReport() throws Exception {
        a.episode("to be sent");
        HttpResponse<String> accepted = send("POST", "/sync", "{\"peer\": \"b\", \"type\": \"episodes\"}");
        assertThat(accepted.statusCode()).isEqualTo(202);
        String run = accepted.headers().firstValue("Location").orElseThrow();
        String events = send("GET", run + "/events", null).body();
        List<String> phases = JsonPath.read(send("GET", run, null).body(), "$.progress[*].phase");
        assertThat(phases).containsExactly("DETECTING", "PUSHING", "PULLING", "RESOLVING", "APPLYING", "COMPLETED");
        assertThat(events).contains("event:progress").containsSubsequence(
                "PUSHING", "PULLING", "COMPLETED", "event:report", "\"success\":true");
        assertThat(send("GET", "/sync/runs", null).body()).contains(run.substring(run.lastIndexOf('/') + 1));
        assertThat(send("GET", "/sync/state", null).body()).contains("\"peer\":\"b\"", "\"nodeId\":\"other\"");
    }

    @Test
    void followersOfRuns_areBounded_andEachThatEndsMakesRoom() throws Exception {
        String run;
        List<CompletableFuture<Integer>> followers = new ArrayList<>();
        try (Connection other = a.bean(DataSource.class).getConnection(); Statement statement =
                other.createStatement()) {
            statement.execute("select pg_advisory_lock(hashtextextended('agentdb.sync:other', 0))");
            run = send("POST", "/sync", "{\"peer\": \"b\", \"type\": \"skills\"}").headers().firstValue("Location")
                    .orElseThrow();
            HttpRequest follow = HttpRequest.newBuilder(URI.create(a.url(run + "/events"))).build();
            for (int i = 0; i < 101; i++) {
                followers.add(http.sendAsync(follow, BodyHandlers.ofString()).thenApply(HttpResponse::statusCode));
            }
            await().until(() -> followers.stream().anyMatch(follower -> follower.getNow(0) == 429));
            problem(send("GET", run + "/events", null), 429, "followers of runs at once");
            statement.execute("select pg_advisory_unlock_all()");
        }
        assertThat(followers.stream().map(CompletableFuture::join).filter(status -> status == 200)).hasSize(100);
        for (int i = 0; i < 101; i++) {
            assertThat(send("GET", run + "/events", null).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void sync_waitedFor_givesTheReport() throws Exception {
        a.episode("to be waited for");
        HttpResponse<String> done = send("POST", "/sync?wait=true",
                "{\"peer\": \"b\", \"filters\": {\"sessionId\": \"s\"}, \"batchSize\": 10, \"strategy\":"
                + " \"latest-wins\"}");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(JsonPath.<Boolean>read(done.body(), "$.runs[0].report.success")).isTrue();
    }

    @Test
    void sync_thatOutlastsItsCallersPatience_isAccepted_andGoesOn() throws Exception {
        try (Connection other = a.bean(DataSource.class).getConnection(); Statement statement =
                other.createStatement()) {
            statement.execute("select pg_advisory_lock(hashtextextended('agentdb.sync:other', 0))");
            HttpResponse<String> accepted = send("POST", "/sync?wait=true&for=1s", "{\"peer\": \"b\"}");
            assertThat(accepted.statusCode()).isEqualTo(202);
            assertThat(JsonPath.<String>read(accepted.body(), "$.items[0].state")).isEqualTo("RUNNING");
            statement.execute("select pg_advisory_unlock_all()");
            String run = accepted.headers().firstValue("Location").orElseThrow();
            assertThat(send("GET", run + "/events", null).body()).contains("\"success\":true");
        }
    }

    @Test
    void failingPeer_isABadGateway_thatSaysWhy() throws Exception {
        send("POST", "/peers", peer("wrong-token", b.quicPort(), "guessed"));
        try {
            problem(send("POST", "/sync?wait=true", "{\"peer\": \"wrong-token\"}"), 502, "the token is wrong",
                    "agentdb.server.auth-token");
            problem(send("POST", "/peers/wrong-token/ping", null), 502, "the token is wrong");
            assertThat(send("GET", "/actuator/health/peers", null).body()).contains("the token is wrong");
        } finally {
            assertThat(send("DELETE", "/peers/wrong-token", null).statusCode()).isEqualTo(204);
        }
        problem(send("GET", "/peers/wrong-token", null), 404, "there is no peer 'wrong-token'");
    }

    @Test
    void peers_areChangedAndPinged_andNeverShowTheirToken() throws Exception {
        HttpResponse<String> changed = send("PUT", "/peers/c", peer(null, b.quicPort(), TOKEN));
        assertThat(changed.statusCode()).isEqualTo(200);
        HttpResponse<String> pong = send("POST", "/peers/c/ping", null);
        assertThat(JsonPath.<String>read(pong.body(), "$.nodeId")).isEqualTo("other");
        assertThat(JsonPath.<Double>read(pong.body(), "$.latencyMs")).isPositive();
        for (String path : List.of("/peers", "/peers/c", "/status", "/connections", "/sync/state", "/sync/runs",
                "/actuator/health")) {
            assertThat(send("GET", path, null).body()).as(path).doesNotContain(TOKEN);
        }
        problem(send("POST", "/peers", peer("c", 1, null)), 409, "there is a peer 'c' already");
        problem(send("PUT", "/peers/c", peer("d", 1, null)), 400, "the body names peer 'd'");
        assertThat(send("DELETE", "/peers/c", null).statusCode()).isEqualTo(204);
    }

    @Test
    void whatGetShowsOfAPeer_putBack_changesNothing() throws Exception {
        send("PUT", "/peers/d", "{\"address\": \"127.0.0.1:" + b.quicPort() + "\", \"auth_token\": \"" + TOKEN
                + "\", \"kinds\": [\"skills\"],"
                        + " \"filters\": {\"session_id\": \"s\", \"name\": \"n\"}, \"conflict_strategy\": \"merge\"}");
        try {
            String shown = send("GET", "/peers/d", null).body();
            assertThat(shown).contains("\"authToken\":true");
            assertThat(send("PUT", "/peers/d", shown).body()).isEqualTo(shown);
            assertThat(send("PATCH", "/peers/d", shown).body()).isEqualTo(shown);
            assertThat(tokenOf("d")).isEqualTo(TOKEN);
            assertThat(a.jdbc().queryForObject("select filters::text from peers where name = 'd'", String.class))
                    .as("as the release before reads it").isEqualTo("{\"sessionId\": \"s\", \"skillName\": \"n\"}");
        } finally {
            send("DELETE", "/peers/d", null);
        }
    }

    @Test
    void whatGetShowsOfABlockedClient_putBack_changesNothing() throws Exception {
        assertThat(send("PUT", "/blocked/mallory", "{\"reason\": \"guesses\"}").statusCode()).isEqualTo(204);
        try {
            String shown = send("GET", "/blocked", null).body();
            assertThat(send("PUT", "/blocked/mallory", shown.substring(1, shown.length() - 1)).statusCode()).as(shown)
                    .isEqualTo(204);
            assertThat(send("GET", "/blocked", null).body()).isEqualTo(shown);
            problem(send("PUT", "/blocked/mallory", "{\"client\": \"eve\"}"), 400, "the body names client 'eve'");
        } finally {
            send("DELETE", "/blocked/mallory", null);
        }
    }

    @Test
    void patchesOfOnePeerAtOnce_eachTakeEffect_andOfTwoWhoAddItOneIsRefused() throws Exception {
        List<String> patches = List.of("{'filters': {'sessionId': 's'}}", "{'filters': {'success': true}}",
                "{'filters': {'minReward': 0.5}}", "{'filters': {'tags': ['t']}}", "{'filters': {'skillName': 'n'}}",
                "{'kinds': ['skills']}", "{'conflictStrategy': 'merge'}", "{'authToken': null}");
        for (int round = 0; round < 5; round++) {
            try {
                String added = "{\"name\": \"f\", \"address\": \"127.0.0.1:9\", \"authToken\": \"t\"}";
                assertThat(atOnce("POST", "/peers", Collections.nCopies(4, added)))
                        .containsExactlyInAnyOrder(201, 409, 409, 409);
                assertThat(atOnce("PATCH", "/peers/f", patches.stream().map(patch -> patch.replace('\'', '"'))
                        .toList())).containsOnly(200);
                assertThat(send("GET", "/peers/f", null).body())
                        .contains("\"sessionId\":\"s\"", "\"success\":true", "\"minReward\":0.5", "\"tags\":[\"t\"]",
                                "\"skillName\":\"n\"", "\"kinds\":[\"skills\"]", "\"conflictStrategy\":\"merge\"",
                                        "\"authToken\":false");
            } finally {
                send("DELETE", "/peers/f", null);
            }
        }
    }

    @Test
    void removal_waitsForAChangeUnderWay_whichWouldBringThePeerBack() throws Exception {
        send("POST", "/peers", "{\"name\": \"g\", \"address\": \"127.0.0.1:9\"}");
        CompletableFuture<HttpResponse<String>> removed = a.bean(Peers.class).alone(() -> {
            CompletableFuture<HttpResponse<String>> asked = http.sendAsync(
                    HttpRequest.newBuilder(URI.create(a.url("/peers/g"))).DELETE().build(), BodyHandlers.ofString());
            await().until(() -> a.jdbc().queryForObject("""
                    select exists (select from pg_locks join pg_database on oid = database
                        where datname = current_database() and locktype = 'advisory' and not granted)
                    """, Boolean.class));
            return asked;
        });
        assertThat(removed.join().statusCode()).isEqualTo(204);
        assertThat(send("GET", "/peers/g", null).statusCode()).isEqualTo(404);
    }

    @Test
    void peersFilter_isChanged_withoutKnowingItsToken() throws Exception {
        send("PUT", "/peers/e", peer(null, b.quicPort(), TOKEN));
        try {
            assertThat(send("PATCH", "/peers/e", "{\"filters\": {\"sessionId\": \"s1\", \"success\": true}}")
                    .statusCode()).isEqualTo(200);
            String changed = send("PATCH", "/peers/e", "{\"filters\": {\"session_id\": \"s2\", \"success\": null}}")
                    .body();
            assertThat(JsonPath.<String>read(changed, "$.filters.sessionId")).isEqualTo("s2");
            assertThat(changed).doesNotContain("success").contains("fingerprint");
            assertThat(tokenOf("e")).isEqualTo(TOKEN);
            assertThat(send("PATCH", "/peers/e", "{\"auth_token\": null, \"fingerprint\": null}").body())
                    .contains("\"authToken\":false")
                    .doesNotContain("fingerprint");
            problem(send("PATCH", "/peers/e", "{\"authToken\": true}"), 400, "this one has none");
            problem(send("PATCH", "/peers/e", "{\"filter\": {}}"), 400, "did you mean 'filters'?");
            problem(send("PATCH", "/peers/e", "{\"filters\": {\"sesion\": \"x\"}}"), 400, "unknown filter 'sesion'");
            problem(send("PATCH", "/peers/nobody", "{}"), 404, "there is no peer");
        } finally {
            send("DELETE", "/peers/e", null);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "POST|/sync|{\"peer\": \"nobody\"}|404|there is no peer 'nobody'",
        "POST|/sync|{\"peer\": \"b\", \"type\": \"passwords\"}|400|unknown kind 'passwords'",
        "POST|/sync|{\"peer\": \"b\", \"filters\": {\"rewrd\": 1}}|400|unknown filter 'rewrd'; known are minReward",
        "POST|/sync|{\"peer\": \"b\", \"filters\": {\"sessionId\": \"\\u0000\"}}|400|a filter has a NUL character",
        "POST|/sync|{\"peer\": \"b\", \"filters\": {\"success\": \"yes\"}}|400|filter 'success' must be a boolean",
        "POST|/sync|{\"peer\": \"b\", \"strategy\": \"coin-toss\"}|400|unknown conflict strategy 'coin-toss'",
        "POST|/sync|{\"peer\": \"b\", \"since\": \"yesterday\"}|400|since must be seconds or milliseconds since 1970",
        "POST|/sync|{\"peer\": \"b\", \"direction\": \"sideways\"}|400|unknown direction 'sideways'; known are both",
        "POST|/sync|{\"peer\": \"b\", \"dryRun\": \"maybe\"}|400|dryRun",
        "POST|/sync|{\"peer\": \"b\", \"batchSize\": 0}|400|batchSize must be from 1 to 10000",
        "POST|/sync?wait=true&for=30|{\"peer\": \"b\"}|400|for is no duration",
        "POST|/sync?for=30s|{\"peer\": \"b\"}|400|for goes with wait=true",
        "POST|/sync?wait=true&for=31m|{\"peer\": \"b\"}|400|for must be from 1s to 30m",
        "POST|/sync|{\"peer\": |400|JSON",
        "POST|/sync|{\"peer\": {}}|400|peer",
        "POST|/sync|{\"peer\": \"b\", \"filter\": {\"sessionId\": \"s1\"}}|400|filter is not known here; did you mean"
        + " 'filters'?", "POST|/sync|{\"peer\": \"b\", \"Filters\": {\"sessionId\": \"s1\"}}|400|Filters is not known"
        + " here; did you mean 'filters'?",
        "POST|/sync|{\"peer\": \"b\", \"strategie\": \"merge\"}|400|did you mean 'strategy'?",
        "POST|/sync|{\"peer\": \"b\", \"filters\": {\"session_id\": \"a\", \"sessionId\": \"b\"}}|400|is given in two"
        + " spellings", "POST|/sync|{\"peer\": \"b\", \"batch_size\": 1, \"batchSize\": 2}|400|batchSize is given in"
        + " two spellings", "POST|/sync|{\"peer\": \"b\", \"batch_size\": 0}|400|batchSize must be from 1 to 10000",
        "POST|/sync|{\"peer\": \"b\", \"type\": \"skills\", \"kinds\": [\"edges\"]}|400|give one of them",
        "POST|/sync|{\"peer\": \"b\", \"peer\": \"c\"}|400|JSON",
        "POST|/peers|{\"name\": \"x\", \"address\": \"h:1\", \"authToken\": true}|400|this one has none",
        "POST|/peers|{\"name\": \"x\", \"address\": \"h:1\", \"authToken\": 7}|400|authToken must be",
        "GET|/export?kind=skills|~~|400|kind is not known here; did you mean 'kinds'?",
        "POST|/nodes/x/retire|{\"force\": true}|400|the body must be empty",
        "POST|/sync|[]|400|not valid",
        "POST|/peers|{\"name\": \"x\"}|400|not an address",
        "POST|/peers|{\"name\": \"x\", \"address\": \"h:99999\"}|400|port of 'h:99999'",
        "POST|/peers|{\"name\": \"../x\", \"address\": \"h:1\"}|400|a peer's name is",
        "POST|/peers|{\"name\": \"x\", \"address\": \"h:1\", \"fingerprint\": \"abc\"}|400|fingerprint",
        "POST|/peers|{\"name\": \"x\", \"address\": \"h:1\", \"kinds\": [\"pets\"]}|400|unknown kind 'pets'",
        "POST|/peers|{\"name\": \"x\", \"address\": \"h:1\", \"conflictStrategy\": \"y\"}|400|unknown conflict"
        + " strategy", "GET|/sync/runs/7|~~|400|must be a UUID",
        "GET|/peers/nobody|~~|404|there is no peer",
        "PUT|/sync/auto|{}|400|enabled",
        "DELETE|/peers/nobody|~~|404|there is no peer",
        "GET|/nowhere|~~|404|nothing at /nowhere",
        "DELETE|/status|~~|405|not supported"})
    void wrongRequest_isAProblem_thatSaysWhatIsWrong(String method, String path, String body, int status, String words)
    throws Exception {
        problem(send(method, path, body), status, words);
    }

    @Test
    void unknownRun_andAnotherContentType_areProblems() throws Exception {
        problem(send("GET", "/sync/runs/" + UUID.randomUUID() + "/events", null), 404, "GET /sync/runs");
        HttpRequest form = HttpRequest.newBuilder(URI.create(a.url("/sync"))).header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("peer=b")).build();
        problem(http.send(form, BodyHandlers.ofString()), 415, "text/plain");
    }

    @Test
    void autoSync_isSwitchedOnAndOff() throws Exception {
        assertThat(send("PUT", "/sync/auto", "{\"enabled\": true}").body()).contains("true");
        assertThat(send("GET", "/status", null).body()).contains("\"auto\":true");
        assertThat(send("PUT", "/sync/auto", "{\"enabled\": false}").body()).contains("false");
    }

    @Test
    void status_showsTheNodeAndItsListener() throws Exception {
        String status = send("GET", "/status", null).body();
        assertThat(JsonPath.<String>read(status, "$.nodeId")).isEqualTo("asked");
        assertThat(JsonPath.<Integer>read(status, "$.quic.port")).isEqualTo(a.quicPort());
        assertThat(JsonPath.<String>read(status, "$.quic.fingerprint")).hasSize(95);
        assertThat(send("GET", "/digests", null).body()).contains("episodes", "skills", "edges");
        assertThat(send("POST", "/sync?wait=true", "{\"peer\": \"b\"}").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/connections", null).body()).contains("\"direction\":\"OUT\"", "\"nodeId\":\"other\"");
        b.jdbc().queryForList("select 1");
        HttpResponse<String> limits = http.send(HttpRequest.newBuilder(URI.create(b.url("/rate-limits"))).build(),
                BodyHandlers.ofString());
        assertThat(limits.body()).contains("\"client\":\"auth-token\"", "requestsLeft");
    }

    @Test
    void metricsAndHealth_tellOfSynchronizing() throws Exception {
        UUID both = a.episode("both");
        assertThat(send("POST", "/sync?wait=true", "{\"peer\": \"b\"}").statusCode()).isEqualTo(200);
        a.jdbc().update("update episodes set task = 'by a' where id = ?", both);
        b.jdbc().update("update episodes set task = 'by b' where id = ?", both);
        assertThat(send("POST", "/sync?wait=true", "{\"peer\": \"b\"}").statusCode()).isEqualTo(200);
        String health = send("GET", "/actuator/health", null).body();
        assertThat(JsonPath.<Object>read(health, "$.components")).asString().contains("db", "quic", "peers");
        List<String> expected = List.of("agentdb_sync_runs", "agentdb_sync_records", "agentdb_sync_wire_bytes",
                "agentdb_sync_lag", "agentdb_sync_backlog_records", "agentdb_sync_conflicts", "agentdb_sync_fence_age",
                "agentdb_sync_clock_offset", "agentdb_quic_connections", "agentdb_ratelimit_paced");
        String metrics = "";
        // The backlog is counted now and then.
        for (long end = System.nanoTime() + Duration.ofSeconds(10).toNanos(); System.nanoTime() < end;) {
            metrics = send("GET", "/actuator/prometheus", null).body();
            if (expected.stream().allMatch(metrics::contains)) {
                break;
            }
        }
        assertThat(metrics).contains(expected);
        assertThat(b.bean(QuicServer.class).status().connections()).isPositive();
    }

    @Test
    void apiDescription_andItsPage_answer() throws Exception {
        String api = send("GET", "/v3/api-docs", null).body();
        assertThat(JsonPath.<Object>read(api, "$.paths")).asString()
                .contains("/sync", "/sync/runs/{id}/events", "/peers/{name}/ping");
        HttpResponse<String> page = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build().send(
                HttpRequest.newBuilder(URI.create(a.url("/swagger-ui.html"))).build(), BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("swagger-ui");
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(a.url(path))).timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private List<Integer> atOnce(String method, String path, List<String> bodies) {
        List<CompletableFuture<HttpResponse<String>>> answers =
                bodies.stream().map(body -> http.sendAsync(HttpRequest.newBuilder(
                URI.create(a.url(path))).header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body)).build(), BodyHandlers.ofString())).toList();
        return answers.stream().map(answer -> answer.join().statusCode()).toList();
    }

    private String tokenOf(String peer) {
        return a.jdbc().queryForObject("select auth_token from peers where name = ?", String.class, peer);
    }

    private String peer(String name, int port, String token) {
        return "{" + (name == null ? "" : "\"name\": \"" + name + "\", ") + "\"address\": \"127.0.0.1:" + port + "\""
                + (token == null ? "" : ", \"authToken\": \"" + token + "\", \"fingerprint\": \""
                + b.bean(QuicServer.class).status().fingerprint() + "\"") + "}";
    }

    private static void problem(HttpResponse<String> answer, int status, String... words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains(words).contains("\"type\":\"urn:agentdb:problem:")
                .doesNotContain("Exception", "io.agentdb", "org.springframework", "\tat ", TOKEN);
    }
}
