package io.agentdb.sync.deploy;

import static java.util.Map.entry;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** What the Kubernetes API takes: no field that it does not know, every one that it requires, each of its type. */
final class KubernetesSchema {

    private interface Check {
        void on(JsonElement manifest) throws IOException;
    }

    private static final Gson GSON = new Gson();
    private static final Map<String, Check> KINDS = Map.ofEntries(
            entry("v1 ConfigMap", V1ConfigMap::validateJsonElement),
            entry("v1 Pod", V1Pod::validateJsonElement),
            entry("v1 Secret", V1Secret::validateJsonElement),
            entry("v1 Service", V1Service::validateJsonElement),
            entry("v1 ServiceAccount", V1ServiceAccount::validateJsonElement),
            entry("apps/v1 StatefulSet", V1StatefulSet::validateJsonElement),
            entry("autoscaling/v2 HorizontalPodAutoscaler", V2HorizontalPodAutoscaler::validateJsonElement),
            entry("networking.k8s.io/v1 Ingress", V1Ingress::validateJsonElement),
            entry("networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement),
            entry("policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement));
    /** Of others' kinds, what the chart uses: every field of a spec has to be among these. */
    private static final Map<String, Set<String>> FOREIGN = Map.of(
            "postgresql.cnpg.io/v1 Cluster", Set.of("instances", "imageName", "storage.size", "storage.storageClass",
                    "bootstrap.initdb.database", "bootstrap.initdb.owner", "postgresql.parameters.*", "resources.*",
                    "enableSuperuserAccess", "affinity.podAntiAffinityType"),
            "cert-manager.io/v1 Certificate", Set.of("secretName", "duration", "renewBefore", "privateKey.algorithm",
                    "privateKey.size", "privateKey.rotationPolicy", "usages", "dnsNames", "ipAddresses",
                            "issuerRef.name", "issuerRef.kind", "issuerRef.group"),
            "monitoring.coreos.com/v1 ServiceMonitor", Set.of("selector.matchLabels.*", "endpoints"),
            "monitoring.coreos.com/v1 PrometheusRule", Set.of("groups"),
            "gateway.networking.k8s.io/v1 HTTPRoute", Set.of("parentRefs", "hostnames", "rules"),
            "gateway.networking.k8s.io/v1 UDPRoute", Set.of("parentRefs", "rules"),
            "gateway.networking.k8s.io/v1alpha2 UDPRoute", Set.of("parentRefs", "rules"),
            "route.openshift.io/v1 Route", Set.of("to.kind", "to.name", "port.targetPort", "tls.termination",
                    "tls.insecureEdgeTerminationPolicy"));

    private KubernetesSchema() {
    }

    static void validate(Map<String, Object> manifest) {
        String kind = manifest.get("apiVersion") + " " + manifest.get("kind");
        if (FOREIGN.containsKey(kind)) {
            fields(kind, "", Manifests.map(manifest.get("spec")));
            return;
        }
        Check check = KINDS.get(kind);
        if (check == null) {
            throw new AssertionError("nothing is known of the kind " + kind);
        }
        try {
            check.on(GSON.toJsonTree(manifest));
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(kind + " " + Manifests.name(manifest) + ": " + e.getMessage(), e);
        }
    }

    private static void fields(String kind, String prefix, Map<String, Object> within) {
        within.forEach((field, value) -> {
            String path = prefix + field;
            if (FOREIGN.get(kind).contains(path) || FOREIGN.get(kind).contains(prefix + "*")) {
                return;
            }
            if (!(value instanceof Map)) {
                throw new AssertionError(kind + " has no field spec." + path);
            }
            fields(kind, path + ".", Manifests.map(value));
        });
    }
}
