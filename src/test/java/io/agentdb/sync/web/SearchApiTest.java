package io.agentdb.sync.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET /search} of a whole node, as a viewer sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class SearchApiTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode node;
    private TestNode peer;

    @BeforeAll
    void start() {
        node = TestNode.start("searched", "agentdb.admin.open=false", "agentdb.admin.users[0].name=looker",
                "agentdb.admin.users[0].password=looker's password", "agentdb.admin.users[0].role=viewer");
        peer = TestNode.start("peer");
    }

    @AfterAll
    void stop() {
        node.close();
        peer.close();
    }

    @Test
    void whatAPeerHasWritten_isFoundHere_withItsOrigin() throws Exception {
        String id = peer.episode("Rotate the signing keys of the gateway").toString();
        node.jdbc().update("insert into skills (name, description) values ('rotate-keys', 'gateway keys')");
        assertThat(node.sync(peer).errors()).isEmpty();
        JsonNode both = found("q=" + encoded("gateway keys"));
        assertThat(both.path("items").size()).isEqualTo(2);
        assertThat(both.path("truncated").booleanValue()).isFalse();
        assertThat(both.path("behind").intValue()).isZero();
        JsonNode hit = found("kind=episodes&q=" + encoded("\"signing keys\" -skill")).path("items").path(0);
        assertThat(hit.propertyNames()).containsExactlyInAnyOrder("kind", "id", "score", "by", "excerpt",
                "origin", "version", "record");
        assertThat(both.path("meaning").stringValue()).isEqualTo("off");
        assertThat(hit.path("by").path(0).stringValue()).isEqualTo("words");
        assertThat(hit.path("kind").stringValue()).isEqualTo("episodes");
        assertThat(hit.path("id").stringValue()).isEqualTo(id);
        assertThat(hit.path("origin").stringValue()).isEqualTo("peer");
        assertThat(hit.path("excerpt").stringValue()).isEqualTo("Rotate the signing keys of the gateway");
        assertThat(hit.path("record").path("task").stringValue()).startsWith("Rotate");
        assertThat(found("match=any&node=searched&q=" + encoded("how do I rotate anything?")).path("items").size())
                .isEqualTo(1);
        JsonNode first = found("limit=1&q=gateway");
        JsonNode second = found("limit=1&q=gateway&cursor=" + first.path("next").stringValue());
        assertThat(second.path("items").path(0).path("id")).isNotEqualTo(first.path("items").path(0).path("id"));
        assertThat(second.has("next")).isFalse();
    }

    @Test
    void wrongParameters_areNamed() throws Exception {
        refused("", "q is empty");
        refused("q=", "q is empty");
        refused("q=a&q=b", "q is given 2 times");
        refused("q=" + "a".repeat(1_001), "1001 characters");
        refused("q=a&limit=101", "limit must be one whole number from 1 to 100");
        refused("q=a&kind=edges", "kind must be of [episodes, skills]");
        refused("q=a&kind=memories", "memories");
        refused("q=a&match=some", "match must be all or any");
        refused("q=a&by=luck", "by must be words, meaning or both");
        refused("q=a&by=meaning", "by is meaning, but this node finds records by their words (its meaning is off)");
        refused("q=a&minSimilarity=near", "minSimilarity must be one number from -1 to 1");
        refused("q=a&minSimilarity=NaN", "minSimilarity must be one number from -1 to 1");
        refused("q=a&colour=red", "colour is not a filter");
        refused("q=a&minReward=much", "minReward must be a finite number");
        refused("q=&colour=red", "q is empty");
        refused("q=a&cursor=x", "cursor is not one of this service's");
    }

    @Test
    void whoHasNotLoggedIn_findsNothing() throws Exception {
        assertThat(http.send(HttpRequest.newBuilder(URI.create(node.url("/search?q=keys"))).build(),
                BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    }

    private void refused(String query, String words) throws Exception {
        HttpResponse<String> answer = get(query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("urn:agentdb:problem:", words);
    }

    private JsonNode found(String query) throws Exception {
        HttpResponse<String> answer = get(query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonMapper().readTree(answer.body());
    }

    private HttpResponse<String> get(String query) throws Exception {
        String login = Base64.getEncoder().encodeToString("looker:looker's password".getBytes(StandardCharsets.UTF_8));
        return http.send(HttpRequest.newBuilder(URI.create(node.url("/search?" + query)))
                .header("Authorization", "Basic " + login).build(), BodyHandlers.ofString());
    }

    private static String encoded(String words) {
        return URLEncoder.encode(words, StandardCharsets.UTF_8);
    }
}
