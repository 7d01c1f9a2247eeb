package io.agentdb.sync.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node's REST API. Every answer that is not a success is an exception with the node's own words. */
public final class Rest {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;

    Rest(int port) {
        base = "http://127.0.0.1:" + port;
    }

    boolean answers() throws InterruptedException {
        try {
            return send(request("/actuator/health/readiness").build()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    public JsonNode get(String path) throws IOException, InterruptedException {
        return successful(send(request(path).build()));
    }

    /** Null if it is not there. */
    JsonNode find(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = send(request(path).build());
        return response.statusCode() == 404 ? null : successful(response);
    }

    public JsonNode post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return successful(send(request(path).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))).build()));
    }

    public JsonNode put(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return successful(send(request(path).header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))).build()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path));
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode successful(HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(response.uri() + " answers " + response.statusCode() + ": "
                    + response.body());
        }
        return JSON.readTree(response.body());
    }
}
