package io.agentdb.sync.web.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.coordinator.TestNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The conflict log over real HTTP, with conflicts that a real sync of two nodes met. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class ConflictApiTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode a;
    private TestNode b;

    @BeforeAll
    void start() {
        a = TestNode.start("here", "agentdb.sync.conflict-strategy=manual", "agentdb.sync.lag-interval=200ms");
        b = TestNode.start("there");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void openConflict_isShown_decided_andSpreadByTheNextSync() throws Exception {
        UUID episode = concurrent("decided");
        String listed = get("/conflicts?outcome=open&record=" + episode).body();
        long id = JsonPath.<Integer>read(listed, "$.items[0].id");
        assertThat(JsonPath.<List<?>>read(listed, "$.items")).as("push and pull met it in one run").hasSize(1);
        assertThat(JsonPath.<Map<String, Object>>read(listed, "$.items[0]")).containsEntry("kind", "episodes")
                .containsEntry("peer", "there").containsEntry("strategy", "manual").doesNotContainKey("resolvedAt");

        String shown = get("/conflicts/" + id).body();
        assertThat(JsonPath.<String>read(shown, "$.local.record.critique")).isEqualTo("by here");
        assertThat(JsonPath.<String>read(shown, "$.remote.record.critique")).isEqualTo("by there");
        assertThat(JsonPath.<String>read(shown, "$.local.node")).isEqualTo("here");
        assertThat(JsonPath.<String>read(shown, "$.remote.node")).isEqualTo("there");
        assertThat(JsonPath.<Map<String, Object>>read(shown, "$.remote.context")).hasSize(2);
        assertThat(Instant.parse(JsonPath.read(shown, "$.remote.writtenAt"))).isAfter(Instant.now().minusSeconds(60));
        assertThat(JsonPath.<List<Map<String, Object>>>read(shown, "$.differences")).containsExactly(
                Map.of("field", "critique", "local", "by here", "remote", "by there"),
                Map.of("field", "reward", "remote", 0.5),
                Map.of("field", "metadata/k", "local", 1, "remote", List.of(2)));
        assertThat(JsonPath.<Map<String, Object>>read(shown, "$.current")).isEqualTo(
                Map.of("version", JsonPath.<String>read(shown, "$.local.version"), "deleted", false));

        HttpResponse<String> resolved = post("/conflicts/" + id + "/resolution", "{'pick': 'remote', 'by': 'Grace'}");
        assertThat(resolved.statusCode()).as(resolved.body()).isEqualTo(200);
        assertThat(JsonPath.<String>read(resolved.body(), "$.resolvedBy")).isEqualTo("Grace");
        assertThat(JsonPath.<String>read(resolved.body(), "$.current.version"))
                .isEqualTo(JsonPath.<String>read(resolved.body(), "$.result.version"));
        assertThat(a.sync(b).success()).isTrue();
        assertThat(b.jdbc().queryForObject("select actor || ':' || counter from episodes where id = ?", String.class,
                episode))
                .isEqualTo(JsonPath.<String>read(resolved.body(), "$.result.version"));
        problem(post("/conflicts/" + id + "/resolution", "{'pick': 'local'}"), 409, "already-resolved", "by Grace",
                "PUT /episodes/" + episode);
    }

    @Test
    void staleDecision_isRefused_withTheVersionToLookAt() throws Exception {
        UUID episode = concurrent("stale");
        long id = open(episode);
        a.jdbc().update("update episodes set output = 'since' where id = ?", episode);
        HttpResponse<String> refused = post("/conflicts/" + id + "/resolution", "{'pick': 'remote'}");
        problem(refused, 409, "urn:agentdb:problem:stale", "GET /episodes/" + episode);
        String current = JsonPath.read(refused.body(), "$.current");
        assertThat(JsonPath.<String>read(get("/conflicts/" + id).body(), "$.current.version")).isEqualTo(current);
        HttpResponse<String> repeated = post("/conflicts/" + id + "/resolution",
                "{'pick': 'record', 'record': {'sessionId': 's', 'task': 'edited'}, 'expected': '" + current + "'}");
        assertThat(repeated.statusCode()).as(repeated.body()).isEqualTo(200);
        assertThat(JsonPath.<Map<String, Object>>read(repeated.body(), "$.result.record"))
                .containsEntry("task", "edited")
                .doesNotContainKey("output");
        assertThat(JsonPath.<List<String>>read(repeated.body(), "$.differences[*].field")).contains("task", "critique");
    }

    @Test
    void deletedSide_isShown_andCanBePicked() throws Exception {
        UUID episode = a.episode("deleted there");
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where id = ?", episode);
        b.jdbc().update("delete from episodes where id = ?", episode);
        a.sync(b);
        long id = open(episode);
        String shown = get("/conflicts/" + id).body();
        assertThat(JsonPath.<Boolean>read(shown, "$.remote.deleted")).isTrue();
        assertThat(JsonPath.<Map<String, Object>>read(shown, "$.remote")).doesNotContainKey("record");
        assertThat(JsonPath.<List<String>>read(shown, "$.differences[*].field")).startsWith("deleted")
                .contains("critique", "task");
        String resolved = post("/conflicts/" + id + "/resolution", "{'pick': 'remote'}").body();
        assertThat(JsonPath.<Boolean>read(resolved, "$.current.deleted")).isTrue();
        assertThat(get("/episodes/" + episode).statusCode()).isEqualTo(404);
        a.sync(b);
        assertThat(b.jdbc().queryForObject("select actor || ':' || counter from tombstones where id = ?", String.class,
                episode))
                .isEqualTo(JsonPath.<String>read(resolved, "$.current.version"));
    }

    @Test
    void whatOnlyTheDatabaseRefuses_isExplained() throws Exception {
        long id = open(concurrent("refused"));
        String incompressible = IntStream.range(0, 4000).mapToObj(i -> Integer.toString((int) (Math.sin(i) * 1e9), 36))
                .collect(Collectors.joining());
        problem(post("/conflicts/" + id + "/resolution",
                "{'pick':'record','record':{'sessionId':'s','task':'t','tags':['" + incompressible + "']}}"), 400,
                        "too large for the database");
        assertThat(JsonPath.<String>read(get("/conflicts/" + id).body(), "$.outcome")).isEqualTo("open");
    }

    @Test
    void openConflicts_areCounted_inStatusAndMetrics() throws Exception {
        concurrent("counted");
        int open = JsonPath.read(get("/status").body(), "$.openConflicts");
        assertThat(open).isPositive().isLessThanOrEqualTo(JsonPath.<Integer>read(get("/status").body(), "$.conflicts"));
        String metric = "agentdb_sync_conflicts_open{kind=\"episodes\"} " + (double) open;
        String metrics = "";
        // Counted now and then.
        for (long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
                !metrics.contains(metric) && System.nanoTime() < end;) {
            metrics = get("/actuator/prometheus").body();
        }
        assertThat(metrics).contains(metric, "agentdb_sync_conflicts_open{kind=\"edges\"} 0.0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "GET|/conflicts?kind=pets|~~|400|kind must be one of episodes, skills, edges",
        "GET|/conflicts?outcome=lost|~~|400|outcome must be one of open, local",
        "GET|/conflicts?strategy=coin-toss|~~|400|strategy must be one of local-wins",
        "GET|/conflicts?record=1-1-1-1-1|~~|400|record must be a UUID",
        "GET|/conflicts?peer=a%00|~~|400|peer must be a node's id",
        "GET|/conflicts?since=yesterday|~~|400|since must be seconds",
        "GET|/conflicts?color=red|~~|400|color is not a filter of conflicts; known are decidedBy, field, kind",
        "GET|/conflicts?limit=0|~~|400|limit must be one whole number",
        "GET|/conflicts?cursor=x|~~|400|cursor is not one of this service's for conflicts",
        "GET|/conflicts/987654321|~~|404|no conflict 987654321",
        "GET|/conflicts/first|~~|400|id cannot be read",
        "POST|/conflicts/987654321/resolution|{\"pick\": \"local\"}|404|no conflict 987654321",
        "POST|/conflicts/1/resolution|{}|400|pick must be one of local, remote, merge, record",
        "POST|/conflicts/1/resolution|{\"pick\": \"both\"}|400|pick must be one of",
        "POST|/conflicts/1/resolution|{\"pick\": \"local\", \"record\": {}}|400|record goes only with",
        "POST|/conflicts/1/resolution|{\"pick\": \"record\"}|400|record must be the record's fields",
        "POST|/conflicts/1/resolution|{\"pick\": \"record\", \"record\": {}, \"deleted\": true}|400|record must be"
        + " the record's fields",
        "POST|/conflicts/1/resolution|{\"pick\": \"record\", \"record\": []}|400|record must be an object",
        "POST|/conflicts/1/resolution|{\"pick\": \"local\", \"deleted\": 1}|400|deleted must be true or false",
        "POST|/conflicts/1/resolution|{\"pick\": \"local\", \"expected\": \"7\"}|400|expected must be a version as"
        + " actor:counter", "POST|/conflicts/1/resolution|{\"pick\": \"local\", \"by\": \"\"}|400|by must be a name",
        "POST|/conflicts/1/resolution|{\"pick\": \"local\", \"force\": true}|400|force is not one of a resolution",
        "POST|/conflicts/1/resolution|{\"pick\": |400|JSON"})
    void wrongRequest_isAProblem_thatNamesTheField(String method, String path, String body, int status, String words)
    throws Exception {
        problem(method.equals("GET") ? get(path) : post(path, body), status, words);
    }

    @Test
    void apiDescription_hasTheConflicts() throws Exception {
        assertThat(JsonPath.<Map<String, Object>>read(get("/v3/api-docs").body(), "$.paths"))
                .containsKeys("/conflicts", "/conflicts/{id}", "/conflicts/{id}/resolution", "/conflicts/resolutions",
                        "/conflicts/resolutions/{id}/undo");
    }

    /** An episode that both sides changed, and that a sync has met. */
    private UUID concurrent(String task) {
        UUID episode = a.episode(task);
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("update episodes set critique = 'by here', metadata = '{\"k\": 1, \"same\": 1}' where id = ?",
                episode);
        b.jdbc().update("update episodes set critique = 'by there', reward = 0.5, metadata = '{\"k\": [2], \"same\":"
                + " 1.0}'" + " where id = ?", episode);
        assertThat(a.sync(b).success()).isTrue();
        return episode;
    }

    private long open(UUID record) throws Exception {
        return JsonPath.<Integer>read(get("/conflicts?outcome=open&record=" + record).body(), "$.items[0].id");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(a.url(path))).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(a.url(path))).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.replace('\'', '"'))).build(), BodyHandlers.ofString());
    }

    private static void problem(HttpResponse<String> answer, int status, String... words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(JsonPath.<String>read(answer.body(), "$.type")).startsWith("urn:agentdb:problem:");
        assertThat(answer.body().replace("\\\"", "\"")).contains(words)
                .doesNotContain("Exception", "io.agentdb", "org.springframework", "\tat ", "select ");
    }
}
