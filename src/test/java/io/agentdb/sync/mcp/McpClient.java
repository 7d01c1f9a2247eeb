package io.agentdb.sync.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.JsonText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A client of a node's {@code /mcp}, over real HTTP. Single quotes stand for double ones in what it is given. */
public final class McpClient {

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;
    private final String authorization;

    /** @param login {@code name:password}; empty for none */
    public McpClient(String endpoint, String login) {
        this.endpoint = URI.create(endpoint);
        this.authorization = login.isEmpty() ? ""
                : "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }

    /** The result of a tool that may be an error. */
    public JsonNode result(String tool, String arguments) {
        JsonNode answer = json(post("{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'" + tool
                + "','arguments':" + arguments + "}}"));
        assertThat(answer.has("result")).as(answer.toString()).isTrue();
        return answer.get("result");
    }

    /** What a tool has answered, as fields. */
    public JsonNode fields(String tool, String arguments) {
        JsonNode result = result(tool, arguments);
        assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
        return result.get("structuredContent");
    }

    public String text(String tool, String arguments) {
        return text(result(tool, arguments));
    }

    /** Why a tool has refused. */
    public String refusal(String tool, String arguments) {
        JsonNode result = result(tool, arguments);
        assertThat(result.path("isError").asBoolean()).as(result.toString()).isTrue();
        assertThat(result.has("structuredContent")).isFalse();
        return text(result);
    }

    public static String text(JsonNode result) {
        return result.path("content").path(0).path("text").stringValue();
    }

    public List<String> tools() {
        return json(post("{'jsonrpc':'2.0','id':1,'method':'tools/list'}")).path("result").path("tools").valueStream()
                .map(tool -> tool.get("name").stringValue()).toList();
    }

    public HttpResponse<String> post(String message, String... headers) {
        return send("POST", message.replace('\'', '"'), headers);
    }

    HttpResponse<String> send(String method, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint).header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static ObjectNode json(HttpResponse<String> answer) {
        return (ObjectNode) JsonText.trusted(answer.body());
    }
}
