package io.agentdb.sync.mesh;

import static org.awaitility.Awaitility.await;

import io.agentdb.sync.FreePort;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.awaitility.core.ConditionTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node in a process of its own, to be talked to over HTTP and to be killed. */
public final class ProcessNode implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    final String id;
    final int httpPort = FreePort.tcp();
    final int quicPort = FreePort.udp();
    private final DataSource database;
    private final Path directory;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final List<String> settings;
    private List<String> program;
    private Process process;

    /** @param settings further ones, as {@code name=value} */
    public ProcessNode(String id, String... settings) throws IOException {
        this(id, TestPostgres.createMigrated(), ThisRelease.program(), settings);
    }

    ProcessNode(String id, DataSource database, List<String> program, String... settings) throws IOException {
        this.id = id;
        this.database = database;
        this.program = program;
        this.settings = List.of(settings);
        this.directory = Files.createTempDirectory("agentdb-process-" + id);
    }

    /** Another process of the same node, on the same database. */
    ProcessNode sibling() throws IOException {
        return new ProcessNode(id, database, program);
    }

    public JdbcTemplate jdbc() {
        return new JdbcTemplate(database);
    }

    /** Starts the process and waits until it answers; nothing to do if it runs. */
    public void start() throws Exception {
        if (process != null && process.isAlive()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of(ThisRelease.java(), "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.addAll(program);
        command.add("--agentdb.admin.open=true");
        Map.of("server.port", httpPort, "agentdb.server.port", quicPort, "agentdb.server.host", "127.0.0.1",
                "agentdb.node.id", id, "agentdb.embedded.data-dir", directory, "spring.datasource.url",
                TestPostgres.url(database), "agentdb.server.rate-limit.max-requests-per-minute", 1_000_000,
                "agentdb.server.rate-limit.max-bytes-per-minute", "10GB",
                "agentdb.client.timeout", "5s", "agentdb.server.open", true)
                .forEach((name, value) -> command.add("--" + name + "=" + value));
        settings.forEach(one -> command.add("--" + one));
        process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile())).start();
        try {
            // Not without a pause: it would take the processor that the node needs to start.
            await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(100))
                    .until(() -> !process.isAlive() || answers());
        } catch (ConditionTimeoutException late) {
            throw new IllegalStateException("node " + id + " does not start:\n"
                    + Files.readString(directory.resolve("log")), late);
        }
        if (!process.isAlive()) {
            throw new IllegalStateException("node " + id + " has ended:\n"
                    + Files.readString(directory.resolve("log")));
        }
    }

    /** Another release in its place. */
    void becomes(List<String> otherProgram) throws Exception {
        stop();
        program = otherProgram;
        start();
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Ends it as an orchestrator does. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    public void knows(ProcessNode other) throws Exception {
        knows(other, other.id);
    }

    void knows(ProcessNode other, String name) throws Exception {
        String fingerprint = other.get("/status").get("quic").get("fingerprint").stringValue();
        send("PUT", "/peers/" + name, "{\"address\": \"127.0.0.1:" + other.quicPort + "\", \"fingerprint\": \""
                + fingerprint + "\"}");
    }

    JsonNode get(String path) throws Exception {
        return send("GET", path, null);
    }

    JsonNode send(String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
                .timeout(Duration.ofMinutes(5)).header("Content-Type", "application/json")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        return JSON.readTree(http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body());
    }

    private boolean answers() {
        try {
            return get("/actuator/health").get("status").stringValue().equals("UP");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (Exception notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
