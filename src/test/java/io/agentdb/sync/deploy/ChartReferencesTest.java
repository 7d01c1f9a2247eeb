package io.agentdb.sync.deploy;

import static io.agentdb.sync.deploy.Manifests.at;
import static io.agentdb.sync.deploy.Manifests.map;
import static io.agentdb.sync.deploy.Manifests.maps;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a pod names is rendered, or is what the values have named as being there. A pod that names anything else never
 * starts.
 */
class ChartReferencesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            external      | secret/agentdb-database
            nodeport      | secret/agentdb-database
            cloudnativepg | secret/alpha-agentdb-sync-db-app,secret/alpha-agentdb-sync-db-ca,secret/alpha-agentdb-sync-certificate
            gateway       | secret/agentdb-database,secret/alpha-certificate,secret/database-ca,secret/mesh-ca
            openshift     | secret/agentdb-database
            mesh          | secret/alpha-auth,secret/alpha-peers,secret/alpha-certificate,secret/mesh-ca,secret/beta-token,secret/gamma-token,\
            secret/delta-token,secret/alpha-database,secret/database-ca,secret/people
            public        | secret/agentdb-database,secret/database-ca,configmap/certificates
            """)
    void whatIsMountedAndNotRendered_isWhatTheValuesName(String set, String expected) {
        Path values = Chart.valueSet(set);
        Manifests chart = Chart.render(values);
        Set<String> named = references(chart.nodePod());
        chart.all().stream().map(manifest -> manifest.get("kind").toString().toLowerCase() + "/"
                + Manifests.name(manifest))
                .collect(Collectors.toSet()).forEach(named::remove);
        assertThat(named).containsExactlyInAnyOrder(expected.split(","));
    }

    private static Set<String> references(Map<String, Object> pod) {
        Set<String> names = new HashSet<>();
        maps(at(pod, "spec.volumes")).forEach(volume -> {
            if (volume.containsKey("secret")) {
                names.add("secret/" + at(volume, "secret.secretName"));
            }
            if (volume.containsKey("configMap")) {
                names.add("configmap/" + at(volume, "configMap.name"));
            }
            maps(at(volume, "projected.sources")).forEach(
                    source -> names.add("secret/" + map(source.get("secret")).get("name")));
        });
        return names;
    }
}
