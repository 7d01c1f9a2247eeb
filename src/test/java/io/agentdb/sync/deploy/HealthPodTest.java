package io.agentdb.sync.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The pod of {@code helm test}, which may begin before the node is ready. */
class HealthPodTest {

    private final Map<String, Object> pod = Chart.render(Chart.valueSet("external")).one("Pod");

    @Test
    void nodeThatIsNotUpYet_isWaitedFor() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/", exchange -> {
            boolean health = exchange.getRequestURI().getPath().equals("/actuator/health");
            boolean up = health && asked.getAndIncrement() > 0;
            byte[] answer = (up ? "{\"status\":\"UP\"}" : "{\"status\":\"DOWN\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(up ? 200 : health ? 503 : 401, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        node.start();
        try {
            assertThat(run(String.valueOf(node.getAddress().getPort())))
                    .contains("{\"status\":\"UP\"}", "HTTP/1.1 401 Unauthorized");
            assertThat(asked).hasValue(2);
        } finally {
            node.stop(0);
        }
    }

    @Test
    void podEnds_soonAfterItHasGivenUp_andStaysForItsLog() {
        assertThat((int) Manifests.at(pod, "spec.activeDeadlineSeconds")).isBetween(90, 180);
        assertThat(Manifests.map(Manifests.at(pod, "metadata.annotations")))
                .containsEntry("helm.sh/hook-delete-policy", "before-hook-creation");
    }

    private String run(String port) throws IOException, InterruptedException {
        List<?> arguments = (List<?>) Manifests.containers(pod).get(0).get("args");
        ProcessBuilder script = new ProcessBuilder("bash", "-euc", (String) arguments.get(0)).redirectErrorStream(true);
        script.environment().putAll(Map.of("NODE", "127.0.0.1", "HTTP_PORT", port, "MANAGEMENT_PORT", port));
        Process running = script.start();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(running.waitFor()).as(output).isZero();
        return output;
    }
}
