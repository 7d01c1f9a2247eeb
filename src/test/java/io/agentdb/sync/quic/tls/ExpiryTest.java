package io.agentdb.sync.quic.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.server.QuicServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A node that runs knows until when its certificates are good, and takes new ones. */
@ExtendWith(OutputCaptureExtension.class)
class ExpiryTest {

    @TempDir
    private Path files;

    @Test
    void exchangedBundle_isShownByBothSides_onceSpringHasRead_andABrokenOneChangesNothing(CapturedOutput log)
            throws Exception {
        Certificates authority = new Certificates(files, "ca");
        Path cert = files.resolve("live-cert.pem");
        Path key = files.resolve("live-key.pem");
        put(authority.issue("localhost"), cert, key);
        String bundle = "spring.ssl.bundle.pem.node.";
        try (TestNode node = TestNode.start("shown", bundle + "reload-on-update=true",
                bundle + "keystore.certificate=" + cert.toUri(), bundle + "keystore.private-key=" + key.toUri(),
                bundle + "truststore.certificate=" + authority.ca().toUri(),
                "spring.ssl.bundle.watch.file.quiet-period=100ms", "agentdb.server.reload-interval=1h",
                "agentdb.server.tls.bundle=node", "agentdb.client.tls.bundle=node")) {
            assertThat(expiry(node, "server")).isEqualTo(expiry(node, "client")).isEqualTo(end(cert));
            dial(node);
            String before = fingerprint(node);
            Files.writeString(cert, "no certificate");
            await().until(() -> log.getOut().contains("Who may connect stays as it was: agentdb.server.tls.bundle"));
            node.bean(QuicClientPool.class).disconnect(target(node));
            Certificates.Pair longer = authority.issue("localhost", Instant.now().minusSeconds(60),
                    Instant.now().plus(Duration.ofDays(3)), null);
            dial(node);
            assertThat(fingerprint(node)).isEqualTo(before);
            put(longer, cert, key);
            await().untilAsserted(() -> assertThat(expiry(node, "server")).isEqualTo(expiry(node, "client"))
                    .isEqualTo(end(longer.cert())));
            assertThat(fingerprint(node)).isNotEqualTo(before);
            node.bean(QuicClientPool.class).disconnect(target(node));
            dial(node);
        }
    }

    @Test
    void certificateThatExpiresSoon_orHas_isToldByHealth_andKeepsNobodyOut() throws Exception {
        Certificates authority = new Certificates(files, "ca");
        Instant now = Instant.now();
        Path cert = files.resolve("own-cert.pem");
        Path key = files.resolve("own-key.pem");
        put(authority.issue("localhost", now.minusSeconds(60), now.plus(Duration.ofDays(10)), null), cert, key);
        try (TestNode node = TestNode.start("old", "agentdb.server.tls.cert=" + cert, "agentdb.server.tls.key=" + key,
                "agentdb.server.reload-interval=100ms")) {
            HttpResponse<String> soon = get(node, "/actuator/health/ssl");
            assertThat(soon.statusCode()).isEqualTo(200);
            assertThat(JsonPath.<List<?>>read(soon.body(), "$.details.expiringChains")).hasSize(1);
            assertThat(expiry(node, "client")).as("it shows none").isNaN();
            put(authority.issue("localhost", now.minus(Duration.ofDays(2)), now.minusSeconds(60), null), cert, key);
            await().until(() -> get(node, "/actuator/health/ssl").statusCode() == 503);
            assertThat(JsonPath.<String>read(get(node, "/actuator/health/ssl").body(), "$.status"))
                    .isEqualTo("OUT_OF_SERVICE");
            assertThat(get(node, "/actuator/health/readiness").statusCode()).isEqualTo(200);
            assertThat(get(node, "/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThat(expiry(node, "server")).isEqualTo(end(cert)).isLessThan(now.getEpochSecond());
            assertThat(node.bean(QuicClientPool.class).ping(new DialTarget("old",
                    new HostPort("127.0.0.1", node.quicPort()), null, fingerprint(node)))).isPositive();
        }
    }

    private static void dial(TestNode node) {
        assertThat(node.bean(QuicClientPool.class).ping(target(node))).isPositive();
    }

    /** Believed because of its authority, and shown the same certificate. */
    private static DialTarget target(TestNode node) {
        return new DialTarget("shown", new HostPort("localhost", node.quicPort()), null, null);
    }

    private static String fingerprint(TestNode node) {
        return node.bean(QuicServer.class).status().fingerprint();
    }

    private static double expiry(TestNode node, String side) {
        return node.bean(MeterRegistry.class).get("agentdb.tls.certificate.expiry.timestamp").tag("side", side).gauge()
                .value();
    }

    private static double end(Path cert) throws Exception {
        X509Certificate certificate = PemContent.load(cert).getCertificates().get(0);
        return certificate.getNotAfter().toInstant().getEpochSecond();
    }

    private static HttpResponse<String> get(TestNode node, String path) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(node.url(path))).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void put(Certificates.Pair pair, Path cert, Path key) throws Exception {
        Files.copy(pair.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pair.key(), key, StandardCopyOption.REPLACE_EXISTING);
    }
}
