package io.agentdb.sync.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.FreePort;
import io.agentdb.sync.SyncNodeApplication;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Starts the two nodes as the compose file does, with its secrets, certificates and variables; ports and databases are
 * the test's.
 */
@Tag("long")
class ComposeNodesTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final ComposeFile compose = ComposeFile.read();
    private final Map<String, Process> processes = new HashMap<>();
    private final Map<String, Integer> management = new HashMap<>();
    private final Map<String, JdbcTemplate> databases = new HashMap<>();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        processes.values().forEach(Process::destroyForcibly);
    }

    @Test
    void nodesOfTheComposeFile_trustEachOtherAndSynchronize() throws Exception {
        assertThat(new ProcessBuilder("bash", "compose/init.sh", directory.toString()).inheritIO().start().waitFor())
                .isZero();
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 alpha\n127.0.0.1 beta\n");
        Map<String, Integer> quic = Map.of("alpha", FreePort.udp(), "beta", FreePort.udp());
        for (String node : quic.keySet()) {
            start(node, quic, hosts);
        }
        for (String node : quic.keySet()) {
            await(node, () -> scrape(node, "health/readiness", null) == 200);
        }
        databases.get("alpha").update("INSERT INTO skills (name, uses) VALUES ('from alpha', 1)");
        databases.get("beta").update("INSERT INTO skills (name, uses) VALUES ('from beta', 1)");
        for (String node : quic.keySet()) {
            await(node, () -> databases.get(node).queryForObject("SELECT count(*) FROM skills", Integer.class) == 2);
            assertThat(scrape(node, "prometheus", null)).isEqualTo(401);
            assertThat(scrape(node, "prometheus", Files.readString(directory.resolve("prometheus/token"))))
                    .isEqualTo(200);
        }
    }

    private void start(String node, Map<String, Integer> quic, Path hosts) throws Exception {
        Map<String, String> environment = new HashMap<>(Dockerfile.read().environment());
        environment.putAll(compose.services().get(node).environment());
        environment.replaceAll((name, value) -> value.replace(
                "/run/secrets/agentdb", directory.resolve(node).toString())
                .replace("/run/secrets/tls", directory.resolve(node + "-tls").toString()));
        environment.computeIfPresent("AGENTDB_PEERS_0_ADDRESS", (name, address) -> {
            String peer = address.substring(0, address.indexOf(':'));
            return peer + ":" + quic.get(peer);
        });
        management.put(node, FreePort.tcp());
        DataSource database = TestPostgres.newDatabase();
        databases.put(node, new JdbcTemplate(database));
        String url = TestPostgres.url(database);
        String name = url.replaceAll(".*/([^/?]+)\\?.*", "$1");
        String user = "compose_" + node;
        databases.get(node).execute("CREATE ROLE " + user + " LOGIN PASSWORD '"
                + Files.readString(directory.resolve(node + "-postgres/password")) + "'");
        databases.get(node).execute("ALTER DATABASE " + name + " OWNER TO " + user);
        environment.putAll(Map.of("SPRING_DATASOURCE_URL", url.substring(0, url.indexOf('?')),
                "SPRING_DATASOURCE_USERNAME", user, "SERVER_PORT", String.valueOf(FreePort.tcp()),
                "MANAGEMENT_SERVER_PORT", String.valueOf(management.get(node)), "AGENTDB_SERVER_PORT",
                String.valueOf(quic.get(node)), "AGENTDB_EMBEDDED_DATADIR",
                        directory.resolve(node + "-own").toString()));
        environment.keySet().removeAll(Set.of("PATH", "JDK_JAVA_OPTIONS"));
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-Xmx256m", "-Djdk.net.hosts.file=" + hosts, "-cp",
                System.getProperty("java.class.path"), SyncNodeApplication.class.getName()).redirectErrorStream(true)
                .redirectOutput(directory.resolve(node + ".log").toFile());
        builder.environment().putAll(environment);
        processes.put(node, builder.start());
    }

    private int scrape(String node, String endpoint, String token) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + management.get(node) + "/actuator/" + endpoint)).timeout(PATIENCE);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    private void await(String node, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(processes.get(node).isAlive() && System.nanoTime() < deadline)
                    .as(Files.readString(directory.resolve(node + ".log"))).isTrue();
        }
    }
}
