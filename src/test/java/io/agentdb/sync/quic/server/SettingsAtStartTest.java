package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.peers.PeerSettings;
import io.agentdb.sync.quic.client.ClientSettings;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.review.conflict.ConflictSettings;
import io.agentdb.sync.run.SyncSettings;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

/** The settings as a node starts with them: from its environment, with their bounds. */
class SettingsAtStartTest {

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({ServerSettings.class, ClientSettings.class, SyncSettings.class, PeerSettings.class,
        ConflictSettings.class})
    static class Settings { }

    private final ApplicationContextRunner node = new ApplicationContextRunner().withUserConfiguration(Settings.class)
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withInitializer(new ConfigDataApplicationContextInitializer());

    @Test
    void defaults_areThoseOfTheDesign() {
        node.run(context -> {
            ServerSettings server = context.getBean(ServerSettings.class);
            assertThat(server).isEqualTo(new ServerSettings("0.0.0.0", 4433, 100, null,
                    new ServerSettings.RateLimit(60, DataSize.ofMegabytes(10)), Duration.ofSeconds(10),
                            new ServerSettings.ServerPem(null, null, null, null)));
            assertThat(context.getBean(ClientSettings.class)).isEqualTo(new ClientSettings(3, Duration.ofSeconds(1),
                    Duration.ofSeconds(30), 5, new ClientSettings.ClientPem(null, null, null, null, true)));
            SyncSettings sync = context.getBean(SyncSettings.class);
            assertThat(sync.conflictStrategy().label()).isEqualTo("latest-wins");
            assertThat(sync.batchSize()).isEqualTo(100);
            assertThat(sync.auto()).isFalse();
            assertThat(sync.interval()).isEqualTo(Duration.ofSeconds(60));
            assertThat(context.getBean(ConflictSettings.class))
                    .isEqualTo(new ConflictSettings(Duration.ofDays(30), 100_000));
            assertThat(context.getBean(PeerSettings.class).peers()).isEmpty();
            assertThat(context.getBean(PeerSettings.class).quic().peers()).isEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource({"agentdb.server.port, 70000", "agentdb.server.port, -1", "agentdb.server.max-connections, 0",
        "agentdb.server.rate-limit.max-requests-per-minute, 0", "agentdb.server.rate-limit.max-bytes-per-minute, 0",
        "agentdb.server.rate-limit.max-bytes-per-minute, lots", "agentdb.server.tls.cert, alone.pem",
        "agentdb.client.max-retries, -1", "agentdb.client.retry-delay, 0s", "agentdb.client.timeout, -5s",
        "agentdb.client.pool-size, 0", "agentdb.client.tls.key, alone.pem", "agentdb.sync.batch-size, 0",
        "agentdb.sync.batch-size, 10001", "agentdb.sync.interval, 0s", "agentdb.sync.conflict-strategy, coin-toss",
        "agentdb.conflicts.retention, 0s", "agentdb.conflicts.max-entries, 0"})
    void invalidValue_isRefusedAtStart_andTheSettingIsNamed(String name, String value) {
        node.withPropertyValues(name + "=" + value).run(context -> {
            assertThat(context).hasFailed();
            String told = messages(context.getStartupFailure());
            assertThat(told).containsIgnoringCase(name.substring(name.lastIndexOf('.') + 1).replaceAll("-.*", ""));
        });
    }

    @Test
    void tokens_areNotShown() {
        node.withPropertyValues("agentdb.server.auth-token=s3cret", "agentdb.peers[0].address=b:1",
                "agentdb.peers[0].auth-token=s3cret").run(context -> {
                    assertThat(context.getBean(ServerSettings.class).authToken()).isEqualTo("s3cret");
                    assertThat(context.getBean(ServerSettings.class).toString()).doesNotContain("s3cret");
                    assertThat(context.getBean(PeerSettings.class).toString()).doesNotContain("s3cret");
                    assertThat(new DialTarget("b", new HostPort("b", 1), "s3cret", null).toString())
                            .doesNotContain("s3cret");
                });
    }

    @Test
    void environmentOfTheGuides_isUnderstood() {
        environment(Map.of("AGENTDB_QUIC_SYNC", "true", "AGENTDB_QUIC_PORT", "5544", "AGENTDB_QUIC_PEERS",
                "b:4433,c.example:4434"),
                context -> {
                    assertThat(context.getBean(SyncSettings.class).auto()).isTrue();
                    assertThat(context.getBean(ServerSettings.class).port()).isEqualTo(5544);
                    assertThat(context.getBean(PeerSettings.class).quic().peers())
                            .containsExactly("b:4433", "c.example:4434");
                });
    }

    @Test
    void environmentWithRelaxedNames_isUnderstood() {
        environment(Map.of("AGENTDB_SERVER_AUTHTOKEN", "t", "AGENTDB_SERVER_RATELIMIT_MAXBYTESPERMINUTE", "5MB",
                "AGENTDB_PEERS_0_ADDRESS", "b:1", "AGENTDB_CLIENT_TLS_VERIFY", "false"), context -> {
                    assertThat(context.getBean(ServerSettings.class).authToken()).isEqualTo("t");
                    assertThat(context.getBean(ServerSettings.class).rateLimit().maxBytesPerMinute())
                            .isEqualTo(DataSize.ofMegabytes(5));
                    assertThat(context.getBean(PeerSettings.class).peers()).singleElement()
                            .extracting(PeerSettings.Configured::address).isEqualTo("b:1");
                    assertThat(context.getBean(ClientSettings.class).tls().verify()).isFalse();
                });
    }

    private void environment(Map<String, Object> variables, Consumer<AssertableApplicationContext> check) {
        node.withInitializer((ConfigurableApplicationContext context) -> context.getEnvironment().getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables))).run(check::accept);
    }

    private static String messages(Throwable failure) {
        return failure == null ? "" : failure.getMessage() + "\n" + messages(failure.getCause());
    }
}
