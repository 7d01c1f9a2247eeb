package io.agentdb.sync.mcp.stdio;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Passes messages on from stdin to a node, and its answers to stdout. */
public final class StdioBridge {

    /** Requests at once: a sync that somebody waits for holds up no other one. */
    private static final int AT_ONCE = 8;
    /** Of JSON-RPC's codes for servers. */
    private static final int NO_NODE = -32_000;
    private static final int INTERNAL_ERROR = -32_603;
    private static final int PARSE_ERROR = -32_700;

    private final NodeEndpoint node;
    private final PrintStream out;
    private final PrintStream err;

    StdioBridge(NodeEndpoint node, PrintStream out, PrintStream err) {
        this.node = node;
        this.out = out;
        this.err = err;
    }

    /** Runs until stdin ends. */
    public static void run(BridgedNode.Finder node) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        new StdioBridge(new NodeEndpoint(node), out, System.err).pass(System.in);
    }

    /** Each line is a message; those under way when there are no more are answered before it returns. */
    void pass(InputStream in) throws IOException, InterruptedException {
        ExecutorService requests = Executors.newFixedThreadPool(AT_ONCE, task -> new Thread(task, "request"));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String message = line;
                if (!message.isBlank()) {
                    requests.execute(() -> pass(message));
                }
            }
        }
        requests.shutdown();
        requests.awaitTermination(5, TimeUnit.MINUTES);
    }

    private void pass(String line) {
        JsonNode message;
        try {
            message = JsonText.parse(line);
        } catch (InvalidInput e) {
            say(error(null, PARSE_ERROR, "Parse error: " + e.getMessage() + "."));
            return;
        }
        try {
            node.send(message.toString()).ifPresent(answer -> say(named(answer, message)));
        } catch (BridgedNode.NoUse e) {
            if (message.has("id") && message.has("method")) {
                say(error(message.get("id"), NO_NODE, e.getMessage()));
            } else {
                err.println(e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Its text may have what was shown to the node.
            say(error(message.get("id"), INTERNAL_ERROR, "The bridge could not pass this on ("
                    + e.getClass().getSimpleName() + ")."));
        }
    }

    /** A node that could not read the whole message has no id to answer to, and the client would wait for ever. */
    private static JsonNode named(JsonNode answer, JsonNode message) {
        if (answer instanceof ObjectNode object && object.path("id").isNull() && message.hasNonNull("id")) {
            object.set("id", message.get("id"));
        }
        return answer;
    }

    private static ObjectNode error(@Nullable JsonNode id, int code, @Nullable String why) {
        ObjectNode answer = JsonText.MAPPER.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", id);
        answer.putObject("error").put("code", code).put("message", why);
        return answer;
    }

    /** Whole lines, each at once: two at the same time would be none. */
    private synchronized void say(JsonNode message) {
        out.print(JsonText.written(message) + "\n");
        out.flush();
    }
}
