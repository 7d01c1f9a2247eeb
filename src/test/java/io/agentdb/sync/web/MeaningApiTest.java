package io.agentdb.sync.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.embedding.TextModel;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET /search} over the sample's texts, with the model that a build with {@code -Pmeaning} has. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class MeaningApiTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode node;
    private TestNode peer;

    @BeforeAll
    void start() throws Exception {
        assumeTrue(ServiceLoader.load(TextModel.class).iterator().hasNext(),
                "NOT TESTED: this build has no model, ./mvnw -Pmeaning has one");
        node = TestNode.start("meaning", "agentdb.search.meaning=true");
        peer = TestNode.start("writer");
        HttpRequest sample = HttpRequest.newBuilder(URI.create(node.url("/import")))
                .header("Content-Type", "application/vnd.sqlite3")
                .POST(BodyPublishers.ofFile(Path.of("src/main/resources/example/agentdb-sample.sqlite"))).build();
        assertThat(http.send(sample, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        embedded();
    }

    @AfterAll
    void stop() {
        if (node != null) {
            node.close();
            peer.close();
        }
    }

    /** No record has all of the words. */
    @ParameterizedTest
    @CsvSource({"swap the keys that tokens are signed with, Rotate signing keys without downtime",
            "checking that money callbacks are handled, Write integration tests for payment webhook",
            "partition a big database relation per calendar period, Split the orders table by month",
            "the process that answers queries boots too slowly, Cut cold-start time of the search worker",
            "look over code that throttles callers, Review pull request for rate limiter"})
    void rightRecord_comesFirst_byItsMeaning(String question, String task) throws Exception {
        JsonNode page = found("kind=episodes&q=" + encoded(question));
        assertThat(page.path("meaning").stringValue()).isEqualTo("ready");
        JsonNode first = page.path("items").path(0);
        assertThat(first.path("record").path("task").stringValue()).startsWith(task);
        assertThat(first.path("similarity").doubleValue()).isGreaterThan(0.2);
        assertThat(found("kind=episodes&by=words&q=" + encoded(question)).path("items").size()).isZero();
    }

    @Test
    void whatAPeerHasWritten_isFoundByItsMeaning() throws Exception {
        String id = peer.episode("The kettle's descaling took an hour with vinegar").toString();
        assertThat(node.sync(peer).errors()).isEmpty();
        embedded();
        assertThat(found("q=" + encoded("removing limestone from a water boiler")).path("items").path(0).path("id")
                .stringValue()).isEqualTo(id);
    }

    private void embedded() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JsonNode page = found("q=x");
            assertThat(page.path("meaning").stringValue()).isEqualTo("ready");
            assertThat(page.path("unembedded").intValue()).isZero();
        });
    }

    private JsonNode found(String query) throws Exception {
        return JsonMapper.shared().readTree(http.send(HttpRequest.newBuilder(URI.create(node.url("/search?" + query)))
                .build(), BodyHandlers.ofString()).body());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
