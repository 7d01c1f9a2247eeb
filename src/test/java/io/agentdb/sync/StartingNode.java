package io.agentdb.sync;

import static org.awaitility.Awaitility.await;

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
import java.util.concurrent.TimeUnit;

/** A node's process that is looked at while it starts, or does not. One thread. */
public final class StartingNode implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    public final int port = FreePort.tcp();
    public final int quic = FreePort.udp();
    private final Path log;
    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();

    /**
     * @param home a directory of the test's
     * @param variables of its environment
     * @param settings as {@code name=value}; these win over the usual ones
     */
    public StartingNode(Path home, Map<String, String> variables, String... settings) throws IOException {
        log = home.resolve("node-" + port + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx256m", "-Duser.home=" + home, "-cp", System.getProperty("java.class.path"),
                SyncNodeApplication.class.getName()));
        for (String one : List.of("server.port=" + port, "agentdb.server.port=" + quic, "server.address=127.0.0.1",
                "agentdb.server.host=127.0.0.1", "agentdb.node.id=n", "agentdb.admin.open=true")) {
            String name = one.substring(0, one.indexOf('=') + 1);
            if (List.of(settings).stream().noneMatch(other -> other.startsWith(name))) {
                command.add("--" + one);
            }
        }
        List.of(settings).forEach(one -> command.add("--" + one));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(variables);
        process = builder.start();
    }

    public String log() throws IOException {
        return Files.readString(log);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has ended with, once it has. */
    public int status() throws InterruptedException, IOException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("it has not ended:\n" + log());
        }
        return process.exitValue();
    }

    /** Asks it to end, as an orchestrator does. */
    public void terminate() {
        process.destroy();
    }

    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until the path answers so. */
    public void awaitStatus(String path, int status) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("it has ended:\n" + log());
            }
            try {
                return get(path).statusCode() == status;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    /** Waits until the log says so. */
    public void awaitLog(String words) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> log().contains(words));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
