package io.agentdb.sync.deploy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * As much of the Kubernetes API as Helm's {@code lookup} of a Secret takes. It is the cluster of {@code KUBECONFIG},
 * which the build sets for tests: Helm reads that from the environment of the process, and would ask the developer's
 * own cluster otherwise.
 */
final class FakeCluster {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SECRETS =
            "{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"groupVersion\":\"v1\",\"resources\":[{\"name\":"
            + "\"secrets\",\"singularName\":\"secret\",\"namespaced\":true,\"kind\":\"Secret\",\"verbs\":[\"get\"]}]}";
    private static final String NOT_FOUND =
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}";
    private static FakeCluster started;

    private final Map<String, String> secrets = new ConcurrentHashMap<>();

    private FakeCluster() throws IOException {
        String file = System.getenv("KUBECONFIG");
        if (file == null || !file.matches(".*/fake-cluster-\\d+\\.yaml")) {
            throw new IllegalStateException("KUBECONFIG is not set to this test's own file: run it with Maven");
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1", this::answer);
        server.start();
        Files.writeString(Path.of(file), """
                apiVersion: v1
                kind: Config
                current-context: fake
                clusters: [{name: fake, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: fake, context: {cluster: fake, user: nobody}}]
                users: [{name: nobody, user: {}}]
                """.formatted(server.getAddress().getPort()));
    }

    static synchronized FakeCluster get() {
        try {
            started = started == null ? new FakeCluster() : started;
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes over what an installation would have made. */
    void apply(Map<String, Object> secret) {
        Map<?, ?> metadata = (Map<?, ?>) secret.get("metadata");
        secrets.put("/api/v1/namespaces/" + metadata.get("namespace") + "/secrets/" + metadata.get("name"),
                JSON.writeValueAsString(secret));
    }

    void forget() {
        secrets.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = path.equals("/api/v1") ? SECRETS : secrets.getOrDefault(path, NOT_FOUND);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(body.equals(NOT_FOUND) ? 404 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
