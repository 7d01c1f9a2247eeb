package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.admission.AccessSettings;
import io.agentdb.sync.admission.Token;
import io.agentdb.sync.quic.client.ClientSettings;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.version.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class SettingsTest {

    @Test
    void listenersDefaults_areTheDocumentedOnes() {
        ServerSettings settings = bind("agentdb.server", ServerSettings.class, Map.of());
        assertThat(settings).isEqualTo(new ServerSettings("0.0.0.0", 4433, 100, null,
                new ServerSettings.RateLimit(60, DataSize.ofMegabytes(10)), Duration.ofSeconds(10),
                        new ServerSettings.ServerPem(null, null, null, null)));
    }

    @Test
    void clientsDefaults_areTheDocumentedOnes() {
        ClientSettings settings = bind("agentdb.client", ClientSettings.class, Map.of());
        assertThat(settings).isEqualTo(new ClientSettings(3, Duration.ofSeconds(1), Duration.ofSeconds(30), 5,
                new ClientSettings.ClientPem(null, null, null, null, true)));
    }

    @Test
    void relaxedNames_areUnderstood() {
        ServerSettings settings = bind("agentdb.server", ServerSettings.class,
                Map.of("agentdb.server.rate-limit.max-bytes-per-minute", "1GB", "agentdb.server.tls.cert", "/c",
                        "agentdb.server.tls.key", "/k"));
        assertThat(settings.rateLimit().maxBytesPerMinute()).isEqualTo(DataSize.ofGigabytes(1));
        assertThat(settings.tls()).isEqualTo(new ServerSettings.ServerPem(null, Path.of("/c"), Path.of("/k"), null));
    }

    @Test
    void certificateWithoutItsKey_andTimesThatAreNone_areRefused() {
        assertThatThrownBy(() -> bind("agentdb.server", ServerSettings.class, Map.of("agentdb.server.tls.cert", "/c")))
                .isInstanceOf(BindException.class).rootCause().hasMessageContaining("both cert and key");
        assertThatThrownBy(() -> bind("agentdb.client", ClientSettings.class, Map.of("agentdb.client.timeout", "0s")))
                .isInstanceOf(BindException.class).rootCause().hasMessageContaining("must be positive");
    }

    @Test
    void bundle_isNamedInsteadOfFiles_andNotBesideThem() {
        assertThat(bind("agentdb.server", ServerSettings.class, Map.of("agentdb.server.tls.bundle", "node")).tls())
                .isEqualTo(new ServerSettings.ServerPem("node", null, null, null));
        assertThat(bind("agentdb.client", ClientSettings.class, Map.of("agentdb.client.tls.bundle", " ")).tls())
                .isEqualTo(new ClientSettings.ClientPem(null, null, null, null, true));
        assertThatThrownBy(() -> bind("agentdb.server", ServerSettings.class,
                Map.of("agentdb.server.tls.bundle", "node", "agentdb.server.tls.ca", "/ca")))
                .isInstanceOf(BindException.class).rootCause().hasMessageContaining("set either the bundle or these");
        assertThatThrownBy(() -> bind("agentdb.client", ClientSettings.class,
                Map.of("agentdb.client.tls.bundle", "node", "agentdb.client.tls.cert", "/c")))
                .isInstanceOf(BindException.class).rootCause().hasMessageContaining("agentdb.client.tls");
    }

    @Test
    void credentials_areForNoNodeInParticular_orForOneThatCanBe() {
        AccessSettings settings = bind("agentdb.server", AccessSettings.class,
                Map.of("agentdb.server.tokens[0].name", "a", "agentdb.server.tokens[0].secret", "a",
                        "agentdb.server.tokens[1].name", "b", "agentdb.server.tokens[1].secret", "b",
                        "agentdb.server.tokens[1].node", "b",
                "agentdb.server.certificates[0].name", "c", "agentdb.server.certificates[1].name", "d",
                        "agentdb.server.certificates[1].node", "d"));
        assertThat(settings.tokens()).extracting(Token::node).containsExactly(null, "b");
        assertThat(settings.nodes()).isEqualTo(Map.of("d", new NodeId("d")));
        assertThatThrownBy(() -> bind("agentdb.server", AccessSettings.class,
                Map.of("agentdb.server.certificates[0].name", "c", "agentdb.server.certificates[0].node",
                        "c.cccccccc"))).isInstanceOf(BindException.class).rootCause()
                        .hasMessageContaining("is no node id");
    }

    @Test
    void settingsAndRemotesAsText_doNotShowTheToken() {
        assertThat(bind("agentdb.server", ServerSettings.class, Map.of("agentdb.server.auth-token", "s3cr3t"))
                .toString())
                .doesNotContain("s3cr3t");
        assertThat(new DialTarget("b", new HostPort("::1", 4433), "s3cr3t", null).toString())
                .isEqualTo("b ([::1]:4433)");
    }

    private static <T> T bind(String prefix, Class<T> type, Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(prefix, type);
    }
}
