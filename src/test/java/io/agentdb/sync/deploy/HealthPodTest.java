package io.agentdb.sync.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pod of {@code helm test}, which may begin before the node is ready. {@link ChartNodeTest} has it meet a node. */
class HealthPodTest {

    private static final String ID = "0190a0b0-0000-7000-8000-000000000001";

    private final Map<String, Object> pod = Chart.render(Chart.valueSet("external")).one("Pod");
    private final AtomicInteger asked = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer node;
    private volatile String kept = "";
    private volatile boolean forgetful;

    @BeforeEach
    void start() throws IOException {
        node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/", this::answer);
        node.start();
    }

    @AfterEach
    void stop() {
        node.stop(0);
    }

    @Test
    void nodeThatIsNotUpYet_isWaitedFor_thenWrittenToReadAndLeftAsItWas() throws Exception {
        HelmTestPod.Result result = run();
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(result.output()).contains("{\"status\":\"UP\"}", "POST /episodes: HTTP/1.1 201",
                "GET /episodes/" + ID + ": HTTP/1.1 200", "DELETE /episodes/" + ID + ": HTTP/1.1 204",
                "GET /episodes/" + ID + ": HTTP/1.1 404").doesNotContain("secret");
        assertThat(asked).hasValue(2);
        assertThat(kept).isEmpty();
    }

    @Test
    void nodeThatForgetsWhatItTook_failsTheTest_andNothingIsLeft() throws Exception {
        forgetful = true;
        HelmTestPod.Result result = run();
        assertThat(result.status()).as(result.output()).isEqualTo(1);
        assertThat(result.output()).contains("what was read is not what was written");
        assertThat(requests).endsWith("DELETE /episodes/" + ID);
    }

    @Test
    void podEnds_soonAfterItHasGivenUp_andStaysForItsLog() {
        assertThat((int) Manifests.at(pod, "spec.activeDeadlineSeconds")).isBetween(90, 180);
        assertThat(Manifests.map(Manifests.at(pod, "metadata.annotations")))
                .containsEntry("helm.sh/hook-delete-policy", "before-hook-creation");
    }

    private HelmTestPod.Result run() throws IOException, InterruptedException {
        int port = node.getAddress().getPort();
        return new HelmTestPod(pod).run(port, port, "a secret");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(exchange.getRequestMethod() + " " + path);
        if (path.equals("/actuator/health")) {
            boolean up = asked.getAndIncrement() > 0;
            send(exchange, up ? 200 : 503, up ? "{\"status\":\"UP\"}" : "{\"status\":\"DOWN\"}");
        } else if (!"Basic b3BlcmF0b3I6YSBzZWNyZXQ=".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            send(exchange, 401, "{}");
        } else if (exchange.getRequestMethod().equals("POST")) {
            kept = body;
            send(exchange, 201, "{\"id\":\"" + ID + "\"}");
        } else if (exchange.getRequestMethod().equals("DELETE")) {
            kept = "";
            send(exchange, 204, "");
        } else {
            send(exchange, kept.isEmpty() ? 404 : 200, forgetful ? "{}" : kept);
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
