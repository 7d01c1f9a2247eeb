package io.agentdb.sync.example;

import io.agentdb.sync.memory.JsonText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** An agent that has one of the nodes for its memory, over MCP; the reader sees what it asks and what it is told. */
final class ExampleAgent {

    private static final String STORED = """
            {"session_id": "night-shift", "task": "Restore a backup whose checksum is wrong", "reward": 0.9,
             "success": true, "critique": "Compare the checksum before the old data is dropped"}""";
    private static final String ASKED = """
            {"task": "a backup has the wrong checksum", "k": 1}""";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ExampleNode node;
    private final Screen screen;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    ExampleAgent(ExampleNode node, Screen screen) {
        this.node = node;
        this.screen = screen;
    }

    void learn() throws IOException, InterruptedException {
        use("reflexion_store", STORED);
    }

    /** @throws ExampleFailure if it is not told of what the other has learnt */
    void remember() throws IOException, InterruptedException {
        if (!use("reflexion_retrieve", ASKED).contains("Compare the checksum")) {
            throw new ExampleFailure("The agent of the " + node.name() + " node was not told what the other"
                    + " one knows.");
        }
    }

    private String use(String tool, String arguments) throws IOException, InterruptedException {
        JsonNode asked = JsonText.object(arguments);
        screen.line("agent of the " + node.name() + " node: " + tool + " " + asked);
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + "/mcp")).timeout(PATIENCE)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString("""
                        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "%s",
                        "arguments": %s}}""".formatted(tool, asked))).build();
        JsonNode result = JsonText.object(http.send(request, BodyHandlers.ofString()).body()).path("result");
        String told = result.path("content").path(0).path("text").asString("");
        if (told.isEmpty() || result.path("isError").asBoolean()) {
            throw new ExampleFailure("The " + node.name() + " node did not do what its agent asked by " + tool + ". "
                    + told);
        }
        told.lines().forEach(line -> screen.line(line.isEmpty() ? "" : "  " + line));
        screen.gap();
        return told;
    }
}
