package io.agentdb.sync.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.FreePort;
import io.agentdb.sync.SyncNodeApplication;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The node starts with what the chart mounts: its settings, its secrets as files, and the certificate that Helm made.
 */
@Tag("long")
class ChartNodeTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path directory;
    private int management;
    private int http;

    @Test
    void renderedFiles_areAllThatANodeNeeds() throws Exception {
        Manifests chart = Chart.render(Chart.valueSet("external"), "database.host", "null", "database.url",
                TestPostgres.url(TestPostgres.newDatabase()));
        mount(chart);
        Process node = start(chart);
        try {
            awaitHealth(node);
            assertThat(get(management, "/actuator/health/readiness", null)).contains("\"status\":\"UP\"");
            Map<String, Object> auth = Manifests.map(chart.named("Secret", "alpha-agentdb-sync-auth").get("data"));
            String basic = Base64.getEncoder().encodeToString(
                    ("operator:" + decoded(auth, "operator-password")).getBytes(StandardCharsets.UTF_8));
            assertThat(get(http, "/status", "Basic " + basic)).contains("alpha-agentdb-sync", "fingerprint");
            assertThat(get(management, "/actuator/prometheus", "Bearer " + decoded(auth, "viewer-token")))
                    .contains("agentdb_");
            HelmTestPod.Result test = new HelmTestPod(chart.one("Pod")).run(http, management,
                    decoded(auth, "operator-password"));
            assertThat(test.output()).contains("\"status\":\"UP\"", "The node takes, keeps and deletes");
            assertThat(test.status()).isZero();
        } finally {
            node.destroyForcibly().waitFor();
        }
    }

    /** Writes below the test's directory what the pod has below its root. */
    private void mount(Manifests chart) throws IOException {
        Path secrets = Files.createDirectories(directory.resolve("run/secrets/agentdb"));
        Map<String, Object> auth = Manifests.map(chart.named("Secret", "alpha-agentdb-sync-auth").get("data"));
        for (String key : auth.keySet()) {
            Files.writeString(secrets.resolve(key), decoded(auth, key));
        }
        // The URL of the test's database has them in it; the driver lets these go before.
        Files.writeString(secrets.resolve("database-username"), "postgres");
        Files.writeString(secrets.resolve("database-password"), "");
        Path tls = Files.createDirectories(directory.resolve("etc/agentdb-sync/tls/server"));
        Map<String, Object> certificate = Manifests.map(chart.named("Secret", "alpha-agentdb-sync-tls").get("data"));
        for (String file : certificate.keySet()) {
            Files.writeString(tls.resolve(file), decoded(certificate, file));
        }
        Path config = Files.createDirectories(directory.resolve("config"));
        Files.writeString(config.resolve("application.yml"),
                chart.applicationYaml().replace("/etc/agentdb-sync", directory + "/etc/agentdb-sync"));
    }

    private Process start(Manifests chart) throws IOException {
        ProcessBuilder node = new ProcessBuilder(java(), "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp",
                System.getProperty("java.class.path"), SyncNodeApplication.class.getName()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .directory(directory.toFile());
        management = FreePort.tcp();
        http = FreePort.tcp();
        Manifests.maps(Manifests.containers(chart.nodePod()).get(0).get("env")).forEach(variable -> node.environment()
                .put((String) variable.get("name"), ((String) variable.get("value"))
                        .replace(":/", ":" + directory + "/")));
        node.environment().putAll(Map.of("MANAGEMENT_SERVER_PORT", "" + management, "SERVER_PORT", "" + http,
                "AGENTDB_SERVER_PORT", "" + FreePort.udp(), "AGENTDB_SERVER_HOST", "127.0.0.1"));
        return node.start();
    }

    private void awaitHealth(Process node) throws Exception {
        await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            if (!node.isAlive()) {
                throw new IllegalStateException(log());
            }
            assertThat(answers()).as(this::log).isTrue();
        });
    }

    private boolean answers() throws InterruptedException {
        try {
            return get(management, "/actuator/health", null).contains("\"status\":\"UP\"");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String get(int port, String path, String authorization) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString()).body();
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    private static String decoded(Map<String, Object> data, String key) {
        return new String(Base64.getDecoder().decode((String) data.get(key)), StandardCharsets.UTF_8);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
