package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** Who is sent to a node by its readiness finds a listener there. */
class ListenerReadinessTest {

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void nodeWhoseListenerIsClosed_isNotReady_andAliveAllTheSame() throws Exception {
        try (TestNode node = TestNode.start("deaf")) {
            assertThat(get(node, "readiness").statusCode()).isEqualTo(200);
            node.bean(QuicServer.class).stop();
            assertThat(get(node, "readiness").statusCode()).isEqualTo(503);
            assertThat(get(node, "liveness").statusCode()).isEqualTo(200);
            node.bean(QuicServer.class).start();
            assertThat(get(node, "readiness").statusCode()).isEqualTo(200);
        }
    }

    private HttpResponse<String> get(TestNode node, String health) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(node.url("/actuator/health/" + health))).build(),
                BodyHandlers.ofString());
    }
}
