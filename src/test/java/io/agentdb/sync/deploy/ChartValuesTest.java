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
            gateway.httpRoute.enabled         | true         | /gateway/httpRoute/parentRefs
            gateway.udpRoute.enabled          | true         | /gateway/udpRoute/parentRefs
            service.ipFamilyPolicy            | Dual         | /service/ipFamilyPolicy
            service.ipFamilies[0]             | IPv5         | /service/ipFamilies/0
            temporary.sizeLimit               | 256M         | /temporary/sizeLimit
            extraObjects[0]                   | 5            | /extraObjects/0
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
            gateway.httpRoute.enabled            | does not serve gateway.networking.k8s.io/v1: install the Gateway API
            gateway.udpRoute.enabled             | does not serve gateway.networking.k8s.io/v1alpha2: install the Gateway API with
            """)
    void operatorThatIsNotThere_isNamed(String value, String message, @TempDir Path directory) throws IOException {
        Path values = value.startsWith("cloudnativepg") ? Files.writeString(directory.resolve("values.yaml"), "{}")
                : EXTERNAL;
        assertThatThrownBy(() -> Chart.render(values, value, "true", "tls.server.certManager.issuerRef.name", "mesh",
                "gateway.httpRoute.parentRefs[0].name", "public", "gateway.udpRoute.parentRefs[0].name", "public"))
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
            external      | cloudnativepg.enabled          | true        | database.host: the database is the one of cloudnativepg
            external      | cloudnativepg.enabled          | true        | database.existingSecret: the database is the one of
            cloudnativepg | database.url                   | jdbc:postgresql:x | database.url: the database is the one of
            cloudnativepg | database.port                  | 6432        | database.port: the database is the one of
            cloudnativepg | database.ca.existingSecret     | mine        | cloudnativepg.spec.certificates.serverCASecret
            cloudnativepg | networkPolicy.database.to[0].x | y           | networkPolicy.database.to: with cloudnativepg
            mesh     | database.host                      | db          | database.host: it is a part of database.url
            mesh     | database.name                      | memory      | database.name: it is a part of database.url
            mesh     | database.sslMode                   | require     | database.sslMode: it is a part of database.url
            mesh     | database.url                       | jdbc:postgresql:x | database.ca.existingSecret: database.url does not use it
            public   | database.sslMode                   | require     | database.ca.existingSecret: nothing is verified with sslMode require
            external | auth.sharedToken                   | false       | auth.sharedToken: without it, say who may connect
            external | tls.server.clients[0].name         | beta        | tls.server.clients: nobody is asked for a certificate
            mesh     | tls.server.ipAddresses[0]          | 192.0.2.1   | tls.server.ipAddresses: tls.server.existingSecret has
            cloudnativepg | tls.server.existingSecret      | mine        | leave out one of the two
            external | discovery.authTokenSecret.name     | token       | discovery.authTokenSecret.name: nobody is looked for
            public   | replicaCount                       | 3           | replicaCount: autoscaling chooses
            external | service.quic.nodePort              | 30433       | service.quic.nodePort: a ClusterIP has none
            external | service.quic.externalTrafficPolicy | Cluster     | service.quic.externalTrafficPolicy: nothing comes
            nodeport | service.quic.loadBalancerClass     | nlb         | service.quic.loadBalancerClass: there is no load balancer
            nodeport | service.quic.loadBalancerSourceRanges[0] | 192.0.2.0/24 | service.quic.loadBalancerSourceRanges: there is
            nodeport | service.quic.sessionAffinityTimeoutSeconds | 60  | service.quic.sessionAffinityTimeoutSeconds: no client
            gateway  | service.ipFamilyPolicy             | SingleStack | service.ipFamilies: two need service.ipFamilyPolicy
            external | containerPorts.management          | 8080        | containerPorts.management: it is the port of http
            external | preStopSleepSeconds                | 60          | preStopSleepSeconds: the pod would be killed in its sleep
            public   | serviceAccount.labels.a            | b           | serviceAccount.create: labels and annotations
            """)
    void valuesThatDoNotGoTogether_areRefused(String set, String value, String wrong, String message) {
        assertThatThrownBy(() -> Chart.render(Chart.valueSet(set), value, wrong)).hasMessageContaining(message);
    }

    @Test
    void everyValueThatWouldDoNothing_isNamedAtOnce() {
        assertThatThrownBy(() -> Chart.render(EXTERNAL, "service.quic.nodePort", "30433", "containerPorts.http", "9090"))
                .hasMessageContaining("service.quic.nodePort: ").hasMessageContaining("containerPorts.management: ");
    }

    @Test
    void noDatabase_isSaid(@TempDir Path directory) throws IOException {
        Path nothing = Files.writeString(directory.resolve("values.yaml"), "{}");
        assertThatThrownBy(() -> Chart.render(nothing)).hasMessageContaining("say where PostgreSQL is");
        assertThatThrownBy(() -> Chart.render(nothing, "database.host", "db"))
                .hasMessageContaining("database.existingSecret");
    }
}
