package io.agentdb.sync.deploy;

import static io.agentdb.sync.deploy.Manifests.at;
import static io.agentdb.sync.deploy.Manifests.containers;
import static io.agentdb.sync.deploy.Manifests.map;
import static io.agentdb.sync.deploy.Manifests.maps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

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
        assertThatThrownBy(() -> KubernetesSchema.validate(chart.one("StatefulSet")))
                .hasMessageContaining("imagePullPolcy");
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
            assertThat(map(at(manifest, "metadata.labels")))
                    .containsKeys("app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/version",
                            "app.kubernetes.io/managed-by", "helm.sh/chart");
        });
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void selectors_matchTheNodesPodsAlone(Path values) {
        Manifests chart = Chart.render(values);
        Set<Map.Entry<String, Object>> node = map(at(chart.nodePod(), "metadata.labels")).entrySet();
        List<Map<String, Object>> selectors = new ArrayList<>();
        chart.ofKind("Service").forEach(service -> selectors.add(map(at(service, "spec.selector"))));
        chart.ofKind("PodDisruptionBudget").forEach(budget ->
                selectors.add(map(at(budget, "spec.selector.matchLabels"))));
        chart.ofKind("NetworkPolicy").forEach(policy -> selectors.add(map(at(policy, "spec.podSelector.matchLabels"))));
        selectors.add(map(at(chart.one("StatefulSet"), "spec.selector.matchLabels")));
        assertThat(selectors).allSatisfy(selector -> {
            assertThat(node).containsAll(selector.entrySet());
            assertThat(chart.ofKind("Pod")).allSatisfy(
                    test -> assertThat(map(at(test, "metadata.labels")).entrySet().containsAll(selector.entrySet()))
                            .isFalse());
        });
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void portsByName_areThoseOfTheContainer(Path values) {
        Manifests chart = Chart.render(values);
        Map<String, Object> node = containers(chart.nodePod()).get(0);
        Map<Object, Object> ports = maps(node.get("ports")).stream()
                .collect(Collectors.toMap(port -> port.get("name"), port -> port.get("protocol")));
        assertThat(ports).isEqualTo(Map.of("quic", "UDP", "http", "TCP", "management", "TCP"));
        chart.ofKind("Service").forEach(service -> assertThat(maps(at(service, "spec.ports"))).isNotEmpty()
                .allSatisfy(port -> assertThat(ports.get(port.get("targetPort"))).isEqualTo(port.get("protocol"))));
        Stream.of("startupProbe", "livenessProbe", "readinessProbe")
                .forEach(probe -> assertThat(at(node, probe + ".httpGet.port")).isEqualTo("management"));
        Set<Object> admin = maps(at(chart.named("Service", Manifests.name(chart.one("StatefulSet"))), "spec.ports"))
                .stream()
                .map(port -> port.get("name")).collect(Collectors.toSet());
        chart.ofKind("ServiceMonitor").forEach(monitor -> assertThat(maps(at(monitor, "spec.endpoints")))
                .allSatisfy(endpoint -> assertThat(admin).contains(endpoint.get("port"))));
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void volumesAndServices_areThereWhereTheyAreNamed(Path values) {
        Manifests chart = Chart.render(values);
        Map<String, Object> pod = chart.nodePod();
        Set<Object> volumes = maps(at(pod, "spec.volumes")).stream().map(volume -> volume.get("name"))
                .collect(Collectors.toSet());
        Set<Object> mounted = maps(containers(pod).get(0).get("volumeMounts")).stream().map(mount -> mount.get("name"))
                .collect(Collectors.toSet());
        assertThat(mounted).isEqualTo(volumes);
        Object headless = at(chart.one("StatefulSet"), "spec.serviceName");
        assertThat(at(chart.named("Service", (String) headless), "spec.clusterIP")).isEqualTo("None");
        chart.ofKind("HorizontalPodAutoscaler").forEach(scaler -> {
            assertThat(at(scaler, "spec.scaleTargetRef.name")).isEqualTo(Manifests.name(chart.one("StatefulSet")));
            assertThat(map(chart.one("StatefulSet").get("spec"))).doesNotContainKey("replicas");
        });
        chart.ofKind("ServiceMonitor").forEach(monitor ->
                assertThat(chart.ofKind("Service").stream().filter(service -> map(
                at(service, "metadata.labels")).entrySet().containsAll(
                        map(at(monitor, "spec.selector.matchLabels")).entrySet()))).hasSize(1));
    }

    @Test
    void spreadConstraint_hasItsOwnSelector_orThatOfThePods() {
        List<Map<String, Object>> constraints = maps(at(
                Chart.render(Chart.valueSet("public")).nodePod(), "spec.topologySpreadConstraints"));
        assertThat(map(at(constraints.get(0), "labelSelector.matchLabels")))
                .containsEntry("app.kubernetes.io/component", "node");
        assertThat(constraints.get(1).get("labelSelector")).isEqualTo(Map.of("matchLabels", Map.of("team", "memory")));
    }

    @Test
    void certificateOfAPublicIssuer_isForNoNameWithinTheCluster() {
        assertThat(at(Chart.render(Chart.valueSet("cloudnativepg")).one("Certificate"), "spec.dnsNames"))
                .isEqualTo(List.of("alpha.example.com"));
    }

    @Test
    void ingressController_isLetInByThePolicy() {
        List<Map<String, Object>> rules = maps(at(Chart.render(Chart.valueSet("public")).one("NetworkPolicy"),
                "spec.ingress"));
        assertThat(rules).filteredOn(rule -> maps(rule.get("ports")).get(0).get("port").equals("http")).singleElement()
                .satisfies(rule -> assertThat(maps(rule.get("from"))).contains(Map.of("namespaceSelector",
                        Map.of("matchLabels", Map.of("kubernetes.io/metadata.name", "ingress-nginx")))));
    }

    @Test
    void gatewaysRoutes_leadToTheServices_whosePortsThereAre() {
        Manifests chart = Chart.render(Chart.valueSet("gateway"), "service.quic.port", "443", "service.admin.port", "80");
        assertThat(at(chart.one("HTTPRoute"), "spec.hostnames")).isEqualTo(List.of("memory.example.com"));
        assertThat(maps(at(chart.one("HTTPRoute"), "spec.rules")).get(0)).containsKeys("backendRefs", "filters");
        for (String kind : List.of("HTTPRoute", "UDPRoute")) {
            Map<String, Object> route = chart.one(kind);
            assertThat(maps(at(route, "spec.parentRefs")).get(0)).containsEntry("name", "public")
                    .containsEntry("namespace", "gateways");
            Map<String, Object> backend = maps(maps(at(route, "spec.rules")).get(0).get("backendRefs")).get(0);
            assertThat(maps(at(chart.named("Service", (String) backend.get("name")), "spec.ports")).get(0))
                    .containsEntry("port", backend.get("port"))
                    .containsEntry("protocol", kind.equals("UDPRoute") ? "UDP" : "TCP");
        }
        assertThat(chart.one("UDPRoute")).containsEntry("apiVersion", "gateway.networking.k8s.io/v1alpha2");
        assertThat(Chart.render(Chart.valueSet("gateway"), "apiVersions[2]", "gateway.networking.k8s.io/v1/UDPRoute")
                .one("UDPRoute")).containsEntry("apiVersion", "gateway.networking.k8s.io/v1");
    }

    @Test
    void services_areDualStack_andHaveWhatElseTheirSpecIsGiven() {
        Manifests chart = Chart.render(Chart.valueSet("gateway"));
        assertThat(chart.ofKind("Service")).hasSize(3).allSatisfy(service -> assertThat(map(service.get("spec")))
                .containsEntry("ipFamilyPolicy", "PreferDualStack")
                .containsEntry("ipFamilies", List.of("IPv6", "IPv4")));
        assertThat(at(chart.named("Service", "alpha-agentdb-sync-quic"), "spec.internalTrafficPolicy"))
                .isEqualTo("Cluster");
        assertThat(Chart.render(Chart.valueSet("external")).ofKind("Service"))
                .allSatisfy(service -> assertThat(map(service.get("spec")))
                        .doesNotContainKeys("ipFamilyPolicy", "ipFamilies"));
    }

    @Test
    void extraObjects_areTemplates_beTheyObjectsOrTexts() {
        assertThat(at(Chart.render(Chart.valueSet("gateway")).named("ConfigMap", "alpha-agentdb-sync-extra"), "data.node"))
                .isEqualTo("alpha-agentdb-sync");
        assertThat(at(Chart.render(Chart.valueSet("openshift")).one("Route"), "spec.to.name"))
                .isEqualTo("alpha-agentdb-sync");
    }

    @Test
    void ephemeralStorage_isLimitedByWhatVolumesMayHold() {
        assertThat(storage(Chart.valueSet("external"))).isEqualTo("2816Mi");
        assertThat(storage(Chart.valueSet("external"), "imports.sizeLimit", "50Gi", "temporary.sizeLimit", "1Gi"))
                .isEqualTo("52736Mi");
        assertThat(storage(Chart.valueSet("gateway"))).as("imports have a volume of their own").isEqualTo("768Mi");
        assertThat(storage(Chart.valueSet("external"), "resources.limits.ephemeral-storage", "9Gi")).isEqualTo("9Gi");
    }

    private static Object storage(Path values, String... settings) {
        Object resources = containers(Chart.render(values, settings).nodePod()).get(0).get("resources");
        assertThat(at(resources, "requests.ephemeral-storage")).isEqualTo("256Mi");
        assertThat(at(resources, "limits.memory")).isEqualTo("1Gi");
        return at(resources, "limits.ephemeral-storage");
    }

    @Test
    void imports_haveAVolumeOfTheirSize_orTheOneThatIsGiven() {
        Manifests chart = Chart.render(Chart.valueSet("external"), "imports.sizeLimit", "5Gi");
        assertThat(imports(chart)).containsEntry("emptyDir", Map.of("sizeLimit", "5Gi"));
        assertThat(imports(Chart.render(Chart.valueSet("gateway")))).containsKey("ephemeral")
                .doesNotContainKey("emptyDir");
        assertThat(maps(containers(chart.nodePod()).get(0).get("env")))
                .contains(Map.of("name", "AGENTDB_IMPORT_MAXSIZE", "value", "5GB"));
    }

    private static Map<String, Object> imports(Manifests chart) {
        return maps(at(chart.nodePod(), "spec.volumes")).stream()
                .filter(volume -> volume.get("name").equals("imports")).findFirst().orElseThrow();
    }

    @Test
    void restApi_isNotOnTheClustersNodes_norIsTheManagementPort() {
        for (Path values : Chart.valueSets()) {
            Manifests chart = Chart.render(values);
            assertThat(at(chart.named("Service", Manifests.name(chart.one("StatefulSet"))), "spec.type"))
                    .isEqualTo("ClusterIP");
        }
    }

    /** YAML would take them for numbers, and the API server would refuse the release. */
    @Test
    void namesThatLookLikeNumbers_stayStrings(@TempDir Path directory) throws IOException {
        Manifests numbers = named("123", directory);
        assertThat(noStrings(numbers)).isEqualTo(noStrings(named("abc", directory)));
        assertThat(Manifests.name(numbers.one("StatefulSet"))).isEqualTo("123");
        assertThat(numbers.applicationYaml()).contains("id: \"123\"\n", "name: \"123\"\n");
        assertThat(Chart.render(Chart.valueSet("mesh"), "peers[0].name", "1.10").applicationYaml())
                .contains("name: \"1.10\"\n");
    }

    private static Manifests named(String name, Path directory) throws IOException {
        Path values = Files.writeString(directory.resolve(name + ".yaml"), """
                apiVersions: [cert-manager.io/v1, monitoring.coreos.com/v1, gateway.networking.k8s.io/v1, gateway.networking.k8s.io/v1alpha2]
                gateway:
                  httpRoute: {enabled: true, parentRefs: [{name: "NAME"}], hostnames: ["NAME"], labels: {a: "NAME"}}
                  udpRoute: {enabled: true, parentRefs: [{name: "NAME"}], annotations: {a: "NAME"}}
                fullnameOverride: "NAME"
                nameOverride: "NAME"
                commonLabels: {a: "NAME"}
                commonAnnotations: {a: "NAME"}
                image: {pullSecrets: ["NAME"]}
                auth:
                  secretKeys: {peerToken: "NAME", operatorPassword: "NAME", viewerToken: "NAME"}
                  tokens: {existingSecret: "NAME", key: "NAME"}
                tls:
                  server: {existingSecret: "NAME", clientCa: {existingSecret: "NAME", key: "NAME"}, clients: [{name: "NAME", node: "NAME"}]}
                  client: {existingSecret: "NAME", ca: {existingSecret: "NAME", key: "NAME"}}
                database: {host: "NAME", existingSecret: "NAME", ca: {existingSecret: "NAME", key: "NAME"}, secretKeys: {username: "NAME", password: "NAME"}}
                peers: [{name: "NAME", address: "NAME", authTokenSecret: {name: "NAME", key: "NAME"}}]
                discovery: {dns: ["NAME"], authTokenSecret: {name: "NAME", key: "NAME"}}
                secretProperties: [{property: "NAME", secretName: "NAME", key: "NAME"}]
                service: {quic: {type: LoadBalancer, loadBalancerClass: "NAME"}}
                ingress: {enabled: true, className: "NAME", hosts: [{host: "NAME", paths: [{path: /, pathType: Prefix}]}]}
                metrics: {serviceMonitor: {enabled: true}, dashboard: {enabled: true}}
                autoscaling: {enabled: true}
                networkPolicy: {enabled: true}
                serviceAccount: {name: "NAME"}
                priorityClassName: "NAME"
                podLabels: {a: "NAME"}
                """.replace("NAME", name));
        return Chart.render(name, values);
    }

    /** Where there is a number or a truth value; the application's settings are a document of their own. */
    private static Set<String> noStrings(Manifests chart) {
        Set<String> found = new TreeSet<>();
        chart.all().forEach(manifest -> noStrings(manifest.get("kind") + " ", manifest, found));
        noStrings("application.yml ", new Yaml().load(chart.applicationYaml()), found);
        return found;
    }

    private static void noStrings(String path, Object value, Set<String> found) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> {
                assertThat(key).as(path).isInstanceOf(String.class);
                noStrings(path + "." + ((String) key).replace("123", "abc"), each, found);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(each -> noStrings(path + "[]", each, found));
        } else if (!(value instanceof String)) {
            found.add(path);
        }
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
