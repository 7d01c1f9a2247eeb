package io.agentdb.sync.start;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

@ExtendWith(OutputCaptureExtension.class)
class SettingsCheckTest {

    private final StandardEnvironment environment = new StandardEnvironment();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "agentdb.sync.intervall|agentdb.sync.intervall is no setting; did you mean 'agentdb.sync.interval'?",
        "agentdb.sync.lifeInterval|agentdb.sync.lifeinterval is no setting; did you mean 'agentdb.sync.live-interval'?",
        "agentdb.peers[0].adress|did you mean 'agentdb.peers[i].address'?",
        "agentdb.peers.0.adress|did you mean 'agentdb.peers[i].address'?",
        "agentdb.server.tls.cert.file|agentdb.server.tls.cert.file is no setting",
        "agentdb.servers.port|did you mean 'agentdb.server.port'?",
        "agentdb.nonsense.of.all.sorts|agentdb.nonsense.of.all.sorts is no setting"})
    void whatIsNoSetting_stopsTheStart_withTheNearestThatIsOne(String name, String words) {
        add(new MapPropertySource("test", Map.of("agentdb.node.id", "a", name, "1")));
        assertThatThrownBy(this::check).isInstanceOf(UnknownSetting.class).hasMessageContaining(words);
    }

    @Test
    void inAFile_everyOneIsTold_withItsFileAndLine() throws Exception {
        yaml("""
                agentdb:
                  sync:
                    intervall: 5s
                  server:
                    prot: 1
                """);
        assertThatThrownBy(this::check).hasMessageContaining("agentdb.sync.intervall is no setting")
                .hasMessageContaining("agentdb.server.prot is no setting").hasMessageContaining("my.yml")
                .hasMessageContaining("3:16").hasMessageContaining("5:11").hasMessageNotContaining("5s");
    }

    @Test
    void everySpellingOfSpring_listsMapsAndWhatIsEmpty_areSettings() throws Exception {
        yaml("""
                agentdb:
                  node.id: a
                  server: {authToken: x, max_connections: 3, tls: {}, tokens: []}
                  peers:
                    - {name: b, address: "b:1", kinds: [skills], filters: {tags: [x, y], sessionId: s}}
                  sync:
                    conflict-strategies: {skills: merge}
                  discovery.dns: [x, y]
                  client:
                  example.remote: {server.port: 1, logging.level.of.somebody: debug}
                  server.certificates[0].permissions: {full: none}
                my.own: 1
                """);
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    /** A service of Kubernetes' and other people's programs may be called so; each of these nodes worked before. */
    @ParameterizedTest
    @ValueSource(strings = {"AGENTDB_QUIC_PEERS", "AGENTDB_QUIC_PORT", "AGENTDB_QUIC_SYNC", "AGENTDB_PATH",
        "AGENTDB_MODEL_PATH", "AGENTDB_FORCE_SQLJS", "AGENTDB_MCP_PROFILE", "AGENTDB_MCP_ALLOW",
        "AGENTDB_SYNC_URL", "AGENTDB_SYNC_CONTEXT", "AGENTDB_SYNC_TOKEN", "AGENTDB_SYNC_USER",
        "AGENTDB_SYNC_PASSWORD", "AGENTDB_SYNC_PORT", "AGENTDB_SYNC_PORT_8080_TCP", "AGENTDB_SYNC_PORT_8080_TCP_ADDR",
        "AGENTDB_SYNC_PORT_4433_UDP_PROTO", "AGENTDB_SYNC_SERVICE_HOST", "AGENTDB_SYNC_SERVICE_PORT_HTTP",
        "AGENTDB_PORT_5432_TCP_PORT", "AGENTDB_SERVICE_HOST", "AGENTDB_SYNC_HEADLESS_SERVICE_PORT",
        "AGENTDB_PEERS_0_AUTHTOKEN", "AGENTDB_PEERS_0_AUTH_TOKEN", "AGENTDB_DISCOVERY_DNS_1",
        "AGENTDB_SERVER_RATE_LIMIT_MAX_BYTES_PER_MINUTE", "AGENTDB_SERVER_RATELIMIT_MAXBYTESPERMINUTE",
        "AGENTDB_SYNC_CONFLICTSTRATEGIES_SKILLS", "AGENTDB_SERVER_TLS", "AGENTDB_EMBEDDED_DATA_DIR",
        "agentdb_sync_interval", "agentdb.sync.batch-size", "AGENTDB", "AGENTDB_", "AGENTDBX_SYNC_INTERVALL"})
    void whatTheEnvironmentHasByRight_isPassedOver(String variable, CapturedOutput output) {
        add(new SystemEnvironmentPropertySource("systemEnvironment", Map.of(variable, "x")));
        assertThatCode(this::check).doesNotThrowAnyException();
        assertThat(output).doesNotContain(variable);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AGENTDB_NODE_IP", "AGENTDB_SYNC_VERSION", "AGENTDB_ADMIN_PASSWORD", "AGENTDB_SYNC_AUTH"})
    void aVariableThatOnlyLooksLikeOurs_isToldAndStopsNothing(String variable, CapturedOutput output) {
        add(new SystemEnvironmentPropertySource("systemEnvironment", Map.of(variable, "x")));
        assertThatCode(this::check).doesNotThrowAnyException();
        assertThat(output).contains(variable + " of the environment is no setting of this node, and changes nothing");
    }

    @ParameterizedTest
    @CsvSource({"AGENTDB_SYNC_INTERVALL, AGENTDB_SYNC_INTERVAL", "AGENTDB_SYCN_INTERVAL, AGENTDB_SYNC_INTERVAL",
        "AGENTDB_SERVER_RATE_LIMIT_MAXBYTESPERMINUT, AGENTDB_SERVER_RATELIMIT_MAXBYTESPERMINUTE",
        "AGENTDB_PEERS_1_ADRESS, AGENTDB_PEERS_0_ADDRESS", "agentdb.sync.batch-sise, AGENTDB_SYNC_BATCH_SIZE"})
    void aVariableThatIsOneButForASlip_stopsTheStart(String variable, String meant) {
        add(new SystemEnvironmentPropertySource("systemEnvironment", Map.of(variable, "x")));
        assertThatThrownBy(this::check).isInstanceOf(UnknownSetting.class)
                .hasMessageContaining(variable + " is no setting; did you mean " + meant + "?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"agentdb.peers.0.address", "agentdb.peers[0].address", "agentdb.admin.users.0.password"})
    void numbersOfALists_areTakenWithoutBracketsToo_sinceFilesOfSecretsHaveNone(String name) {
        add(new MapPropertySource("test", Map.of(name, "x")));
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    private void yaml(String text) throws Exception {
        new YamlPropertySourceLoader().load("my.yml", new ByteArrayResource(text.getBytes(UTF_8), "my.yml"))
                .forEach(this::add);
    }

    private void add(PropertySource<?> source) {
        environment.getPropertySources().remove("systemEnvironment");
        environment.getPropertySources().addFirst(source);
    }

    private void check() {
        ConfigurationPropertySources.attach(environment);
        try (GenericApplicationContext context = new GenericApplicationContext()) {
            context.setEnvironment(environment);
            new SettingsCheck().initialize(context);
        }
    }
}
