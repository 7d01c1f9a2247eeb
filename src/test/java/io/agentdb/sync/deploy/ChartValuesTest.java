package io.agentdb.sync.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that cannot be meant are refused before anything is installed, with a message that says which. */
class ChartValuesTest {

    private static final Path EXTERNAL = Chart.valueSet("external");

    static List<Path> valueSets() {
        return Chart.valueSets();
    }

    @Test
    void lint_hasNothingToSay() {
        LintResult result = Chart.lint(Chart.DIRECTORY);
        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
        assertThat(result.getMessages()).noneMatch(message -> message.contains("[WARNING]")
                || message.contains("[ERROR]"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replicas                          | 2            | replicas
            replicaCount                      | two          | replicaCount
            service.quic.type                 | ExternalName | /service/quic/type
            service.quic.sessionAffinity      | Cookie       | /service/quic/sessionAffinity
            image.pullPolicy                  | Sometimes    | /image/pullPolicy
            image.digest                      | abc          | /image/digest
            node.id                           | Alpha        | /node/id
            sync.interval                     | soon         | /sync/interval
            sync.interval                     | 0s           | /sync/interval
            discovery.interval                | 99ms         | /discovery/interval
            tls.server.certManager.duration   | 90d          | /tls/server/certManager/duration
            tls.server.certManager.enabled    | true         | /tls/server/certManager/issuerRef/name
            service.admin.type                | LoadBalancer | /service/admin
            database.url                      | postgres://x | /database/url
            database.poolSize                 | 1            | /database/poolSize
            cloudnativepg.instance            | 3            | instance
            terminationGracePeriodSeconds     | 5            | /terminationGracePeriodSeconds
            peers[0].name                     | beta         | address
            discovery.fingerprint             | AB:CD        | /discovery/fingerprint
            """)
    void wrongValue_isRefusedByName(String value, String wrong, String named) {
        assertThatThrownBy(() -> Chart.render(EXTERNAL, value, wrong)).hasMessageContaining(named)
                .hasMessageContaining("don't meet the specifications of the schema");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cloudnativepg.enabled                | does not serve postgresql.cnpg.io/v1: install the CloudNativePG operator
            metrics.serviceMonitor.enabled       | does not serve monitoring.coreos.com/v1: install the Prometheus operator
            tls.server.certManager.enabled       | does not serve cert-manager.io/v1: install cert-manager
            """)
    void operatorThatIsNotThere_isNamed(String value, String message) {
        assertThatThrownBy(() -> Chart.render(EXTERNAL, value, "true", "tls.server.certManager.issuerRef.name", "mesh"))
                .hasMessageContaining(value + " is on").hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"enabled, true", "discovery.interval, 100ms", "sync.interval, 1ms",
            "tls.server.certManager.duration, 2160h0m0s"})
    void rightValue_isTaken(String value, String right) {
        assertThat(ApplicationSettings.of(Chart.render(EXTERNAL, value, right)).unknown()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            external | database.sslMode                   | verify-full | database.ca.existingSecret: name the secret
            external | tls.server.internalNames           | false       | tls.server.dnsNames: without internalNames
            public   | autoscaling.minReplicas            | 6           | minReplicas (6) is above maxReplicas (5)
            mesh     | metrics.prometheusRule.disabled[0] | Typo        | there is no alert Typo
            """)
    void valuesThatDoNotGoTogether_areRefused(String set, String value, String wrong, String message) {
        assertThatThrownBy(() -> Chart.render(Chart.valueSet(set), value, wrong)).hasMessageContaining(message);
    }

    @Test
    void noDatabase_isSaid(@TempDir Path directory) throws IOException {
        Path nothing = Files.writeString(directory.resolve("values.yaml"), "{}");
        assertThatThrownBy(() -> Chart.render(nothing)).hasMessageContaining("say where PostgreSQL is");
        assertThatThrownBy(() -> Chart.render(nothing, "database.host", "db"))
                .hasMessageContaining("database.existingSecret");
    }
}
