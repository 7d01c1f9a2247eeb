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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The quarantine over real HTTP, with records that a real sync could not store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class QuarantineApiTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode a;
    private TestNode b;

    @BeforeAll
    void start() {
        a = TestNode.start("here", "agentdb.sync.lag-interval=200ms", "agentdb.sync.quarantine-interval=200ms");
        b = TestNode.start("there");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @AfterEach
    void empty() throws Exception {
        cure();
        send("POST", "/quarantine/replay");
    }

    private void cure() {
        a.jdbc().execute("alter table episodes drop constraint if exists broken");
    }

    @Test
    void poison_isShownWithItsReason_andAppliedOnceTheCauseIsGone() throws Exception {
        UUID poison = poison();
        UUID sound = b.episode("sound");
        assertThat(a.sync(b)).matches(report -> report.success() && report.itemsQuarantined() == 1);
        assertThat(send("GET", "/episodes/" + sound).statusCode()).as("the stream went on").isEqualTo(200);

        Map<String, Object> listed = JsonPath.<List<Map<String, Object>>>read(
                send("GET", "/quarantine?kind=episodes&peer=there&code=refused-by-database").body(),
                        "$.items[?(@.id == '" + poison + "')]").get(0);
        assertThat(listed).containsEntry("attempts", 1).containsKeys("firstAt", "nextTry").doesNotContainKey("version");
        assertThat(listed.get("reason")).asString().contains("violates check constraint");
        String one = "/quarantine/episodes/" + poison + "/" + listed.get("actor") + "/" + listed.get("counter");
        String shown = send("GET", one).body();
        assertThat(JsonPath.<String>read(shown, "$.version.record.task")).isEqualTo("poison");
        assertThat(JsonPath.<Boolean>read(shown, "$.version.deleted")).isFalse();
        assertThat(JsonPath.<Integer>read(send("GET", "/status").body(), "$.quarantined")).isPositive();
        await(() -> send("GET", "/actuator/prometheus").body()
                .matches("(?s).*agentdb_sync_quarantined\\{kind=\"episodes\"} [1-9].*"));

        HttpResponse<String> refused = send("POST", one + "/replay");
        assertThat(refused.statusCode()).isEqualTo(200);
        assertThat(JsonPath.<String>read(refused.body(), "$.outcome")).isEqualTo("refused");
        assertThat(JsonPath.<String>read(refused.body(), "$.reason")).contains("violates check constraint");
        assertThat(JsonPath.<Integer>read(send("GET", one).body(), "$.attempts")).isEqualTo(2);
        cure();
        assertThat(JsonPath.<String>read(send("POST", one + "/replay").body(), "$.outcome")).isEqualTo("applied");
        assertThat(JsonPath.<String>read(send("POST", one + "/replay").body(), "$.outcome")).isEqualTo("known");
        assertThat(send("GET", "/episodes/" + poison).statusCode()).isEqualTo(200);
        problem(send("GET", one), 404, "in quarantine", "GET /quarantine");
    }

    @Test
    void recordsWhoseTimeHasCome_areTriedByThemselves_andNewerVersionsTakeTheirPlace() throws Exception {
        UUID retried = poison();
        UUID outdated = poison();
        a.sync(b);
        b.jdbc().update("update episodes set task = 'sound now' where id = ?", outdated);
        a.sync(b);
        await(() -> !send("GET", "/quarantine?limit=500").body().contains(outdated.toString()));
        assertThat(send("GET", "/quarantine?limit=500").body()).as("its time has not come")
                .contains(retried.toString());
        cure();
        a.jdbc().update("update quarantine set next_try = now() where id = ?", retried);
        await(() -> send("GET", "/episodes/" + retried).statusCode() == 200);
        assertThat(a.sync(b).success()).isTrue();
        assertThat(a.digests().get(0)).isEqualTo(b.digests().get(0));
    }

    @Test
    void all_areReplayedAtOnce_andOneIsGivenUp() throws Exception {
        UUID givenUp = poison();
        UUID other = poison();
        a.sync(b);
        String one = path(givenUp);
        assertThat(send("DELETE", one).statusCode()).isEqualTo(204);
        problem(send("DELETE", one), 404, "in quarantine");
        problem(send("POST", one + "/replay"), 404, "in quarantine");
        HttpResponse<String> refused = send("POST", "/quarantine/replay");
        assertThat(JsonPath.<Integer>read(refused.body(), "$.refused")).isPositive();
        cure();
        assertThat(JsonPath.<Integer>read(send("POST", "/quarantine/replay").body(), "$.remaining")).isZero();
        assertThat(send("GET", "/episodes/" + other).statusCode()).isEqualTo(200);
        assertThat(send("GET", "/episodes/" + givenUp).statusCode()).isEqualTo(404);
        b.jdbc().update("delete from episodes where id = ?", givenUp);
        assertThat(a.sync(b).success()).isTrue();
        assertThat(a.digests().get(0)).isEqualTo(b.digests().get(0));
    }

    @Test
    void poisonThatBothSidesChanged_doesNotKeepAPushFromItsEnd() throws Exception {
        UUID id = b.episode("base");
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where id = ?", id);
        poison();
        b.jdbc().update("update episodes set task = 'poison' where id = ?", id);
        assertThat(a.sync(b)).matches(report -> report.success() && report.errors().isEmpty());
        cure();
        assertThat(send("POST", "/quarantine/replay").statusCode()).isEqualTo(200);
        assertThat(a.sync(b).success()).isTrue();
        assertThat(a.digests().get(0)).isEqualTo(b.digests().get(0));
    }

    @Test
    void pages_followEachOther() throws Exception {
        poison();
        poison();
        a.sync(b);
        String first = send("GET", "/quarantine?limit=1").body();
        String second = send("GET", "/quarantine?limit=1&cursor=" + JsonPath.<String>read(first, "$.next")).body();
        assertThat(JsonPath.<String>read(second, "$.items[0].id"))
                .isNotEqualTo(JsonPath.<String>read(first, "$.items[0].id"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET|/quarantine?kind=pets|400|kind must be one of episodes, skills, edges",
        "GET|/quarantine?limit=0|400|limit must be one whole number from 1 to 500",
        "GET|/quarantine?cursor=MXx4|400|take it from",
        "GET|/quarantine?reason=x|400|not a filter of the quarantine; known are code, kind, peer",
        "GET|/quarantine/pets/6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e01/a.aaaaaaaa/1|400|unknown kind 'pets'",
        "GET|/quarantine/episodes/6f1c1f0e/a.aaaaaaaa/1|400|must be a UUID",
        "GET|/quarantine/episodes/6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e01/a/1|400|not an actor",
        "GET|/quarantine/episodes/6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e01/a.aaaaaaaa/x|400|counter",
        "POST|/quarantine/episodes/6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e01/a.aaaaaaaa/1/replay|404|GET /quarantine lists",
        "PUT|/quarantine|405|not supported"})
    void wrongRequest_isAProblem_thatSaysWhatIsWrong(String method, String path, int status, String words)
    throws Exception {
        problem(send(method, path), status, words);
    }

    /** A new episode of the peer's that the database here refuses. */
    private UUID poison() {
        cure();
        a.jdbc().execute("alter table episodes add constraint broken check (task <> 'poison') not valid");
        return b.episode("poison");
    }

    private String path(UUID id) throws Exception {
        Map<String, Object> listed = JsonPath.<List<Map<String, Object>>>read(
                send("GET", "/quarantine?limit=500").body(), "$.items[?(@.id == '" + id + "')]").get(0);
        return "/quarantine/episodes/" + id + "/" + listed.get("actor") + "/" + listed.get("counter");
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(a.url(path))).timeout(Duration.ofSeconds(30))
                .method(method, BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
        }
    }

    private static void problem(HttpResponse<String> answer, int status, String... words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains(words).contains("\"type\":\"urn:agentdb:problem:")
                .doesNotContain("Exception", "io.agentdb", "\tat ");
    }
}
