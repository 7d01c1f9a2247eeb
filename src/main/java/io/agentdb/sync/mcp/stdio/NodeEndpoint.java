package io.agentdb.sync.mcp.stdio;

import io.agentdb.sync.mcp.stdio.BridgedNode.NoUse;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.SafeText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A node's {@code /mcp}. Thread-safe; blocks until the node has answered. */
final class NodeEndpoint {

    private static final String LOGIN = "set AGENTDB_SYNC_TOKEN, or AGENTDB_SYNC_USER and AGENTDB_SYNC_PASSWORD, or say"
            + " `agentdb-sync login`";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** Longer than any tool waits. */
    private static final Duration ANSWER = Duration.ofMinutes(2);

    private final BridgedNode.Finder node;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT).build();

    NodeEndpoint(BridgedNode.Finder node) {
        this.node = node;
    }

    /** The node's answer; empty if the message wants none. */
    Optional<JsonNode> send(String message) throws NoUse, InterruptedException {
        // Anew each time: a node that was started meanwhile, or elsewhere, is found.
        BridgedNode options = node.find();
        HttpRequest.Builder request = HttpRequest.newBuilder(options.endpoint()).timeout(ANSWER)
                .header("Content-Type", "application/json").header("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofString(message));
        options.authorization().ifPresent(shown -> request.header("Authorization", shown));
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            return answer.statusCode() == 202 ? Optional.empty() : Optional.of(read(answer, options));
        } catch (HttpTimeoutException e) {
            throw new NoUse("The node at " + options.endpoint() + " has not answered within "
                    + (e instanceof HttpConnectTimeoutException ? CONNECT : ANSWER).toSeconds()
                    + " s. What was asked for may be done all the same: look before you repeat it.");
        } catch (ConnectException e) {
            throw new NoUse("No node answers at " + options.endpoint() + ": start one (agentdb-sync start), or"
                    + " say with --url, AGENTDB_SYNC_URL or a context where it is.");
        } catch (IOException e) {
            throw new NoUse("The connection to the node at " + options.endpoint() + " broke off. What was asked for may"
                    + " be done all the same: look before you repeat it.");
        }
    }

    private static JsonNode read(HttpResponse<String> answer, BridgedNode options) throws NoUse {
        JsonNode body = json(answer.body());
        if (body.has("jsonrpc") || body.isArray()) {
            return body;
        }
        throw new NoUse(switch (answer.statusCode()) {
            case 401 -> options.authorization().isPresent()
                    ? "The node at " + options.endpoint() + " does not know this login: " + LOGIN
                    + ", to one of agentdb.admin.users."
                    : "The node at " + options.endpoint() + " wants a login: " + LOGIN + ".";
            case 404 -> "There is no MCP at " + options.endpoint() + ": is that a node of release 0.2.0 or later?";
            default -> "The node at " + options.endpoint() + " refuses (HTTP " + answer.statusCode() + "): "
                    + SafeText.text(body.path("detail").asString("it gives no reason"), 500);
        });
    }

    private static JsonNode json(String body) {
        try {
            return JsonText.trusted(body);
        } catch (JacksonException | InvalidInput e) {
            return JsonText.MAPPER.missingNode();
        }
    }
}
