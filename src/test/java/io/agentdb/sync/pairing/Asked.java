package io.agentdb.sync.pairing;

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

/** What two nodes are asked over REST, and their last answer. */
final class Asked {

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestNode inviter;
    private final TestNode joiner;
    private HttpResponse<String> last;

    Asked(TestNode inviter, TestNode joiner) {
        this.inviter = inviter;
        this.joiner = joiner;
    }

    /** The text of a new invitation. */
    String invite(String body) {
        at(inviter, "POST", "/invitations", body).is(201);
        return said("$.text");
    }

    Asked join(String text) {
        return at(joiner, "POST", "/invitations/join", "{\"text\": \"" + text + "\"}");
    }

    Asked at(TestNode node, String method, String path, String body) {
        try {
            last = http.send(HttpRequest.newBuilder(URI.create(node.url(path)))
                    .header("Content-Type", "application/json")
                    .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build(),
                    BodyHandlers.ofString());
            return this;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Asked is(int status) {
        assertThat(last.statusCode()).as(last.body()).isEqualTo(status);
        return this;
    }

    /** A problem of that type, whose words say all of these. */
    Asked refuses(int status, String type, String... words) {
        is(status);
        assertThat(this.<String>said("$.type")).isEqualTo("urn:agentdb:problem:" + type);
        for (String word : words) {
            assertThat(this.<String>said("$.detail")).contains(word);
        }
        return this;
    }

    <T> T said(String path) {
        return JsonPath.read(last.body(), path);
    }

    String body() {
        return last.body();
    }
}
