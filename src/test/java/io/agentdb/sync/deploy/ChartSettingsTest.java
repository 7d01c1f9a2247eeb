package io.agentdb.sync.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart tells the node, the node knows: a setting that it does not know would silently do nothing. */
class ChartSettingsTest {

    static List<Path> valueSets() {
        return Chart.valueSets();
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void everySetting_isOneThatTheNodeHas(Path values) {
        ApplicationSettings settings = ApplicationSettings.of(Chart.render(values));
        assertThat(settings.unknown()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void everyPlaceholder_isAFileOfASecret(Path values) {
        Manifests chart = Chart.render(values);
        assertThat(ApplicationSettings.secretFiles(chart)).containsAll(ApplicationSettings.placeholders(chart))
                .doesNotHaveDuplicates();
    }

    @Test
    void settingThatTheNodeDoesNotHave_isFound() {
        Manifests chart = Chart.render(Chart.valueSet("external"), "config.agentdb.sync.batchsizes", "5",
                "config.spring.datasauce", "x");
        assertThat(ApplicationSettings.of(chart).unknown())
                .containsExactlyInAnyOrder("agentdb.sync.batchsizes", "spring.datasauce");
    }

    @Test
    void settingOfAWrongValue_isRefusedByTheNodesOwnRecords() {
        Manifests chart = Chart.render(Chart.valueSet("external"), "config.agentdb.conflicts.retention", "-3d");
        assertThatThrownBy(() -> ApplicationSettings.of(chart))
                .hasRootCauseMessage("agentdb.conflicts.retention must be positive, not PT-72H");
    }

    @Test
    void databasesCertificate_isVerifiedByTheAuthorityThatIsMounted() {
        Manifests chart = Chart.render(Chart.valueSet("public"));
        Object directory = Manifests.maps(Manifests.containers(chart.nodePod()).get(0).get("volumeMounts")).stream()
                .filter(mount -> mount.get("name").equals("database-ca")).map(mount -> mount.get("mountPath"))
                .findFirst().orElseThrow();
        Object secret = Manifests.maps(Manifests.at(chart.nodePod(), "spec.volumes")).stream()
                .filter(volume -> volume.get("name").equals("database-ca")).map(volume -> volume.get("secret"))
                .findFirst().orElseThrow();
        assertThat(Manifests.maps(Manifests.map(secret).get("items")))
                .containsExactly(Map.of("key", "root.pem", "path", "ca.crt"));
        assertThat(chart.applicationYaml()).contains("/agentdb?sslmode=verify-full&sslrootcert=" + directory
                + "/ca.crt\n");
    }

    @Test
    void operatorsDatabase_isVerifiedInFull_byTheOperatorsAuthority() {
        Manifests chart = Chart.render(Chart.valueSet("cloudnativepg"));
        assertThat(chart.applicationYaml()).contains("jdbc:postgresql://alpha-agentdb-sync-db-rw:5432/agentdb"
                + "?sslmode=verify-full&sslrootcert=/etc/agentdb-sync/tls/database/ca.crt\n");
        assertThat(authority(chart)).isEqualTo("alpha-agentdb-sync-db-ca");
        assertThat(authority(Chart.render(Chart.valueSet("cloudnativepg"),
                "cloudnativepg.spec.certificates.serverCASecret", "own-ca"))).isEqualTo("own-ca");
        Manifests trusting = Chart.render(Chart.valueSet("cloudnativepg"), "database.sslMode", "require");
        assertThat(trusting.applicationYaml()).contains("/agentdb?sslmode=require\n");
        assertThat(authority(trusting)).isNull();
    }

    @Test
    void databaseWithAnAuthority_isVerifiedInFull_unlessSomethingElseIsSaid() {
        assertThat(Chart.render(Chart.valueSet("gateway")).applicationYaml()).contains("/agentdb?sslmode=verify-full&");
        assertThat(Chart.render(Chart.valueSet("gateway"), "database.sslMode", "verify-ca").applicationYaml())
                .contains("/agentdb?sslmode=verify-ca&");
        assertThat(Chart.render(Chart.valueSet("external")).applicationYaml())
                .contains("jdbc:postgresql://postgres.data.svc:5432/agentdb\n");
    }

    @Test
    void clientsWithCertificates_needNoToken_andMayDoWhatTheirNamesAreGiven() {
        Manifests chart = Chart.render(Chart.valueSet("gateway"));
        Map<String, Object> settings = Manifests.parse(chart.applicationYaml()).all().get(0);
        assertThat(Manifests.map(Manifests.at(settings, "agentdb.server"))).doesNotContainKey("auth-token")
                .containsEntry("certificates", List.of(Map.of("name", "beta.example.com", "node", "beta"),
                        Map.of("name", "gamma.example.com", "permissions", Map.of("full", "read", "skills", "both"))));
        assertThat(ApplicationSettings.secretFiles(chart)).doesNotContain("peer-token");
        assertThat(Manifests.map(chart.named("Secret", "alpha-agentdb-sync-auth").get("data")))
                .containsOnlyKeys("operator-password", "viewer-token");
    }

    private static Object authority(Manifests chart) {
        return Manifests.maps(Manifests.at(chart.nodePod(), "spec.volumes")).stream()
                .filter(volume -> volume.get("name").equals("database-ca"))
                .map(volume -> Manifests.at(volume, "secret.secretName")).findFirst().orElse(null);
    }

    /** AdminSecurityTest shows what becomes of addresses that clients invent. */
    @Test
    void behindAProxy_theServerItselfReadsWhoForwarded() {
        assertThat(Chart.render(Chart.valueSet("public")).applicationYaml())
                .contains("forward-headers-strategy: native\n");
        assertThat(Chart.render(Chart.valueSet("gateway")).applicationYaml())
                .contains("forward-headers-strategy: native\n");
        assertThat(Chart.render(Chart.valueSet("external")).applicationYaml())
                .doesNotContain("forward-headers-strategy");
    }

    @Test
    void nodeId_isTheReleasesNameCutToWhatTheNodeTakes() {
        Manifests chart = Chart.render("a".repeat(30) + ".b.long-one", Chart.valueSet("external"));
        assertThat(chart.applicationYaml()).contains("id: " + "a".repeat(30) + "\n");
    }

    @Test
    void ownSettings_winOverTheCharts() {
        assertThat(Chart.render(Chart.valueSet("external"), "config.agentdb.sync.interval", "7s").applicationYaml())
                .contains("interval: 7s")
                .doesNotContain("interval: 60s");
    }
}
