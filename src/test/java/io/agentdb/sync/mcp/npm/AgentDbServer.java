package io.agentdb.sync.mcp.npm;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** AgentDB's own MCP server on a file, spoken to over stdin and stdout as an agent does. One thread. */
public final class AgentDbServer implements AutoCloseable {

    private static final long SECONDS = 60;

    private final Process process;
    private final Path log;
    private final Writer in;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private int calls;

    private AgentDbServer(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.in = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "agentdb-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** @param file its database, in a directory that it may write to */
    public static AgentDbServer start(NpmPackages agentDb, Path file) {
        return start(agentDb, file, Map.of());
    }

    /** @param settings what it finds in its environment beside that */
    public static AgentDbServer start(NpmPackages agentDb, Path file, Map<String, String> settings) {
        try {
            Path directory = Files.createDirectories(file.toAbsolutePath().getParent());
            Path log = directory.resolve(file.getFileName() + ".log");
            ProcessBuilder builder = new ProcessBuilder("node", agentDb.server().toString())
                    .directory(directory.toFile()).redirectError(log.toFile());
            builder.environment().putAll(Map.of("AGENTDB_PATH", file.toAbsolutePath().toString(), "HOME",
                    directory.toString()));
            builder.environment().putAll(settings);
            AgentDbServer server = new AgentDbServer(builder.start(), log);
            server.request("initialize", "{'protocolVersion':'2024-11-05','capabilities':{},'clientInfo':"
                    + "{'name':'test','version':'1'}}");
            server.write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The tools that it lists. */
    public JsonNode tools() {
        return request("tools/list", "{}").path("tools");
    }

    /** @param arguments with single quotes for double ones */
    public String text(String tool, String arguments) {
        JsonNode result = request("tools/call", "{'name':'" + tool + "','arguments':" + arguments + "}");
        String text = result.path("content").path(0).path("text").asString("");
        assertThat(result.path("isError").asBoolean(false)).as(text).isFalse();
        return text;
    }

    private JsonNode request(String method, String parameters) {
        int id = ++calls;
        write("{'jsonrpc':'2.0','id':".replace('\'', '"') + id + ",\"method\":\"" + method + "\",\"params\":"
                + parameters.replace('\'', '"') + "}");
        try {
            for (String line = poll(); line != null; line = poll()) {
                // 1.6.1 greets on stdout, too.
                if (line.startsWith("{")) {
                    JsonNode answer = JsonText.trusted(line);
                    if (answer.path("id").asInt(-1) == id) {
                        assertThat(answer.has("result")).as(line).isTrue();
                        return answer.get("result");
                    }
                }
            }
            throw new AssertionError("AgentDB has not answered " + method + ": " + Files.readString(log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String poll() {
        try {
            return answers.poll(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void write(String message) {
        try {
            in.write(message + "\n");
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("AgentDB's server has ended: see " + log, e);
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            // It was ended: whoever waits for an answer says so.
            answers.add("");
        }
    }

    /** Ends it as an editor does: some versions save only then. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
