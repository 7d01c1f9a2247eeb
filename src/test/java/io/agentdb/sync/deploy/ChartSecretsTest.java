package io.agentdb.sync.deploy;

import static io.agentdb.sync.deploy.Manifests.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Secrets that nobody has given are made once. */
class ChartSecretsTest {

    private static final String[] GENERATED = {"alpha-agentdb-sync-auth", "alpha-agentdb-sync-tls"};

    @AfterEach
    void forget() {
        FakeCluster.get().forget();
    }

    @Test
    void generatedSecrets_differAndAreLong() {
        var auth = map(Chart.render(Chart.valueSet("external")).named("Secret", GENERATED[0]).get("data"));
        assertThat(auth).containsOnlyKeys("peer-token", "operator-password", "viewer-token");
        assertThat(new HashSet<>(auth.values())).hasSize(3);
        assertThat(auth.values()).allSatisfy(value -> assertThat(Base64.getDecoder().decode((String) value))
                .hasSize(32));
    }

    @Test
    void upgrade_keepsThem() {
        Manifests installed = Chart.render(Chart.valueSet("external"));
        for (String name : GENERATED) {
            FakeCluster.get().apply(installed.named("Secret", name));
        }
        Manifests upgraded = Chart.render(Chart.valueSet("external"), "replicaCount", "2");
        for (String name : GENERATED) {
            assertThat(upgraded.named("Secret", name)).isEqualTo(installed.named("Secret", name));
        }
    }

    @Test
    void keyThatIsNew_isAddedToWhatIsKept() {
        var installed = Chart.render(Chart.valueSet("external")).named("Secret", GENERATED[0]);
        Object gone = map(installed.get("data")).remove("viewer-token");
        FakeCluster.get().apply(installed);
        var upgraded = map(Chart.render(Chart.valueSet("external")).named("Secret", GENERATED[0]).get("data"));
        assertThat(upgraded).containsAllEntriesOf(map(installed.get("data"))).containsKey("viewer-token")
                .doesNotContainValue(gone);
    }

    @Test
    void uninstalling_leavesThem() {
        for (String name : GENERATED) {
            assertThat(map(Manifests.at(Chart.render(Chart.valueSet("external")).named("Secret", name),
                    "metadata.annotations")))
                    .containsEntry("helm.sh/resource-policy", "keep");
        }
    }

    @Test
    void secretOfCertManager_isNotTheChartsOwn_whichCouldNotTakeItOver() {
        Manifests chart = Chart.render(Chart.valueSet("cloudnativepg"));
        assertThat(Manifests.at(chart.one("Certificate"), "spec.secretName"))
                .isEqualTo("alpha-agentdb-sync-certificate").isNotIn((Object[]) GENERATED);
    }

    @Test
    void secretsThatAreGiven_areNotMade() {
        assertThat(Chart.render(Chart.valueSet("mesh")).ofKind("Secret")).isEmpty();
    }
}
