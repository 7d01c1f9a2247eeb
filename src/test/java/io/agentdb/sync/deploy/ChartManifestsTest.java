package io.agentdb.sync.deploy;

import static io.agentdb.sync.deploy.Manifests.at;
import static io.agentdb.sync.deploy.Manifests.containers;
import static io.agentdb.sync.deploy.Manifests.map;
import static io.agentdb.sync.deploy.Manifests.maps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is rendered is valid for Kubernetes and fits together, with every value set. */
class ChartManifestsTest {

    static List<Path> valueSets() {
        return Chart.valueSets();
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void everyManifest_isWhatKubernetesTakes(Path values) {
        assertThat(Chart.render(values).all()).hasSizeGreaterThan(5).allSatisfy(KubernetesSchema::validate);
    }

    @Test
    void fieldThatKubernetesDoesNotKnow_isFound() {
        Manifests chart = Chart.render(Chart.valueSet("external"));
        containers(chart.nodePod()).get(0).put("imagePullPolcy", "Always");
        assertThatThrownBy(() -> KubernetesSchema.validate(chart.one("StatefulSet"))).hasMessageContaining("imagePullPolcy");
    }

    @Test
    void fieldThatKubernetesRequires_isMissed() {
        Manifests chart = Chart.render(Chart.valueSet("external"));
        containers(chart.nodePod()).get(0).remove("name");
        assertThatThrownBy(() -> KubernetesSchema.validate(chart.one("StatefulSet"))).hasMessageContaining("name");
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void everyManifest_hasTheRecommendedLabelsAndTheNamespace(Path values) {
        assertThat(Chart.render(values).all()).allSatisfy(manifest -> {
            assertThat(at(manifest, "metadata.namespace")).isEqualTo(Chart.NAMESPACE);
            assertThat(map(at(manifest, "metadata.labels"))).containsKeys("app.kubernetes.io/name", "app.kubernetes.io/instance",
                    "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart");
        });
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void selectors_matchTheNodesPodsAlone(Path values) {
        Manifests chart = Chart.render(values);
        Set<Map.Entry<String, Object>> node = map(at(chart.nodePod(), "metadata.labels")).entrySet();
        List<Map<String, Object>> selectors = new ArrayList<>();
        chart.ofKind("Service").forEach(service -> selectors.add(map(at(service, "spec.selector"))));
        chart.ofKind("PodDisruptionBudget").forEach(budget -> selectors.add(map(at(budget, "spec.selector.matchLabels"))));
        chart.ofKind("NetworkPolicy").forEach(policy -> selectors.add(map(at(policy, "spec.podSelector.matchLabels"))));
        selectors.add(map(at(chart.one("StatefulSet"), "spec.selector.matchLabels")));
        assertThat(selectors).allSatisfy(selector -> {
            assertThat(node).containsAll(selector.entrySet());
            assertThat(chart.ofKind("Pod")).allSatisfy(
                    test -> assertThat(map(at(test, "metadata.labels")).entrySet().containsAll(selector.entrySet())).isFalse());
        });
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void portsByName_areThoseOfTheContainer(Path values) {
        Manifests chart = Chart.render(values);
        Map<String, Object> node = containers(chart.nodePod()).get(0);
        Map<Object, Object> ports = maps(node.get("ports")).stream().collect(Collectors.toMap(port -> port.get("name"), port -> port.get("protocol")));
        assertThat(ports).isEqualTo(Map.of("quic", "UDP", "http", "TCP", "management", "TCP"));
        chart.ofKind("Service").forEach(service -> assertThat(maps(at(service, "spec.ports"))).isNotEmpty()
                .allSatisfy(port -> assertThat(ports.get(port.get("targetPort"))).isEqualTo(port.get("protocol"))));
        Stream.of("startupProbe", "livenessProbe", "readinessProbe")
                .forEach(probe -> assertThat(at(node, probe + ".httpGet.port")).isEqualTo("management"));
        Set<Object> admin = maps(at(chart.named("Service", Manifests.name(chart.one("StatefulSet"))), "spec.ports")).stream()
                .map(port -> port.get("name")).collect(Collectors.toSet());
        chart.ofKind("ServiceMonitor").forEach(monitor -> assertThat(maps(at(monitor, "spec.endpoints")))
                .allSatisfy(endpoint -> assertThat(admin).contains(endpoint.get("port"))));
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void volumesAndServices_areThereWhereTheyAreNamed(Path values) {
        Manifests chart = Chart.render(values);
        Map<String, Object> pod = chart.nodePod();
        Set<Object> volumes = maps(at(pod, "spec.volumes")).stream().map(volume -> volume.get("name")).collect(Collectors.toSet());
        Set<Object> mounted = maps(containers(pod).get(0).get("volumeMounts")).stream().map(mount -> mount.get("name"))
                .collect(Collectors.toSet());
        assertThat(mounted).isEqualTo(volumes);
        Object headless = at(chart.one("StatefulSet"), "spec.serviceName");
        assertThat(at(chart.named("Service", (String) headless), "spec.clusterIP")).isEqualTo("None");
        chart.ofKind("HorizontalPodAutoscaler").forEach(scaler -> {
            assertThat(at(scaler, "spec.scaleTargetRef.name")).isEqualTo(Manifests.name(chart.one("StatefulSet")));
            assertThat(map(chart.one("StatefulSet").get("spec"))).doesNotContainKey("replicas");
        });
        chart.ofKind("ServiceMonitor").forEach(monitor -> assertThat(chart.ofKind("Service").stream().filter(service -> map(
                at(service, "metadata.labels")).entrySet().containsAll(map(at(monitor, "spec.selector.matchLabels")).entrySet()))).hasSize(1));
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void names_areUniqueAndShortEnough(Path values) {
        Set<String> names = new HashSet<>();
        // 53 characters are the most that Helm allows a release.
        String release = "r".repeat(40) + ".with-a-dot12";
        assertThat(Chart.render(release, values).all()).allSatisfy(manifest -> {
            assertThat(names.add(manifest.get("kind") + " " + Manifests.name(manifest))).isTrue();
            assertThat(Manifests.name(manifest)).matches("[a-z0-9-]{1,63}");
        });
    }
}
