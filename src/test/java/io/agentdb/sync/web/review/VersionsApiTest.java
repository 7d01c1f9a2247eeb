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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A record's versions over real HTTP, on nodes that synchronize. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class VersionsApiTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode a;
    private TestNode b;

    @BeforeAll
    void start() {
        a = TestNode.start("here", "agentdb.sync.conflict-strategy=latest-wins");
        b = TestNode.start("there");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void presentVersion_saysWhoWroteIt_andThroughWhomItCame() throws Exception {
        UUID episode = b.episode("from there");
        a.sync(b);
        Map<String, Object> here = JsonPath.read(versions(a, episode), "$.items[0]");
        assertThat(here).containsEntry("node", "there").containsEntry("via", "there").containsEntry("present", true)
                .containsEntry("deleted", false).containsEntry("choice", false).containsEntry("conflicts", List.of());
        assertThat(here.get("version")).isEqualTo(a.jdbc().queryForObject(
                "select actor || ':' || counter from episodes where id = ?", String.class, episode));
        assertThat(JsonPath.<List<Map<String, Object>>>read(versions(b, episode), "$.items")).hasSize(1)
                .allSatisfy(own -> assertThat(own).as("written there").doesNotContainKey("via"));
    }

    @Test
    void formerVersions_areThoseOfTheLog_withWhatBecameOfThem() throws Exception {
        UUID episode = a.episode("both wrote");
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'lost' where id = ?", episode);
        b.jdbc().update("update episodes set critique = 'won' where id = ?", episode);
        a.sync(b);
        long id = a.jdbc().queryForObject("select id from conflicts where record_id = ?", Long.class, episode);
        assertThat(JsonPath.<List<String>>read(versions(a, episode), "$.items[*].node"))
                .containsExactly("there", "here");
        post("/conflicts/" + id + "/resolution", "{\"pick\": \"local\", \"by\": \"Ada\"}");

        String versions = versions(a, episode);
        assertThat(JsonPath.<List<Boolean>>read(versions, "$.items[*].present")).containsExactly(true, false, false);
        assertThat(JsonPath.<Boolean>read(versions, "$.items[0].choice")).isTrue();
        assertThat(JsonPath.<List<String>>read(versions, "$.items[*].conflicts[*].as"))
                .containsExactly("result", "remote", "local");
        assertThat(JsonPath.<List<Map<String, Object>>>read(versions, "$.items[*].conflicts[*]")).allSatisfy(one ->
                assertThat(one).containsEntry("conflict", (int) id).containsEntry("outcome", "local")
                        .containsEntry("resolution", "local").containsEntry("resolvedBy", "Ada"));
        assertThat(JsonPath.<Boolean>read(versions, "$.more")).isFalse();
    }

    @Test
    void deletedRecord_hasItsDeletionAsPresentVersion() throws Exception {
        UUID episode = a.episode("deleted");
        a.jdbc().update("delete from episodes where id = ?", episode);
        assertThat(JsonPath.<List<Boolean>>read(versions(a, episode), "$.items[*].deleted")).containsExactly(true);
    }

    @Test
    void ofARecordWithManyConflicts_theNewestFiftyAreLookedAt() throws Exception {
        UUID episode = a.episode("contested");
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'here' where id = ?", episode);
        b.jdbc().update("update episodes set critique = 'there' where id = ?", episode);
        a.sync(b);
        a.jdbc().update("insert into conflicts (kind, record_id, peer_node, strategy, outcome, local, remote,"
                + " resolved_at) select kind, record_id, peer_node, strategy, outcome, local, remote, resolved_at"
                + " from conflicts, generate_series(1, 60) where record_id = ?", episode);
        String versions = versions(a, episode);
        assertThat(JsonPath.<Boolean>read(versions, "$.more")).isTrue();
        assertThat(JsonPath.<List<?>>read(versions, "$.items")).hasSize(2);
        assertThat(JsonPath.<List<?>>read(versions, "$.items[0].conflicts")).hasSize(50);
    }

    @ParameterizedTest
    @CsvSource({"/pets/00000000-0000-0000-0000-000000000001/versions, 404, there are [episodes",
        "/skills/00000000-0000-0000-0000-000000000001/versions, 404, no deletion of it",
        "/skills/first/versions, 400, id must be a UUID",
        "/skills/00000000-0000-0000-0000-000000000001/versions?limit=5, 400, limit is not known here"})
    void wrongRequest_isAProblem(String path, int status, String words) throws Exception {
        HttpResponse<String> answer = get(a, path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(words);
    }

    private String versions(TestNode node, UUID episode) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(node, "/episodes/" + episode + "/versions");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private HttpResponse<String> get(TestNode node, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(node.url(path))).build(), BodyHandlers.ofString());
    }

    private void post(String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(a.url(path)))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
