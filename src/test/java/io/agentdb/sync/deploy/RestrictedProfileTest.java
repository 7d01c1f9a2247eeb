package io.agentdb.sync.deploy;

import static io.agentdb.sync.deploy.Manifests.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pod, that of {@code helm test} too, is let into a namespace that enforces the Pod Security Standard
 * "restricted".
 */
class RestrictedProfileTest {

    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");

    static List<Path> valueSets() {
        return Chart.valueSets();
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void everyPod_isRestricted(Path values) {
        // Whose users are OpenShift's to choose.
        boolean chosen = values.equals(Chart.valueSet("openshift"));
        assertThat(Chart.render(values).pods()).allSatisfy(pod -> {
            assertThat(at(pod, "spec.securityContext.runAsNonRoot")).isEqualTo(true);
            for (String who : List.of("runAsUser", "runAsGroup", "fsGroup")) {
                assertThat(at(pod, "spec.securityContext." + who)).as(who).isEqualTo(chosen ? null : 10001);
            }
            assertThat(at(pod, "spec.securityContext.seccompProfile.type")).isEqualTo("RuntimeDefault");
            assertThat(at(pod, "spec.automountServiceAccountToken")).isEqualTo(false);
            List.of("hostNetwork", "hostPID", "hostIPC").forEach(
                    shared -> assertThat(at(pod, "spec." + shared)).isNull());
            assertThat(Manifests.maps(at(pod, "spec.volumes")))
                    .allSatisfy(volume -> assertThat(volume.keySet()).anyMatch(VOLUMES::contains));
            assertThat(Manifests.containers(pod)).isNotEmpty().allSatisfy(RestrictedProfileTest::isRestricted);
        });
    }

    @Test
    void podOfHelmTest_isAmongThem() {
        assertThat(Chart.render(Chart.valueSet("external")).pods()).hasSize(2);
    }

    private static void isRestricted(Map<String, Object> container) {
        assertThat(at(container, "securityContext.allowPrivilegeEscalation")).isEqualTo(false);
        assertThat(at(container, "securityContext.readOnlyRootFilesystem")).isEqualTo(true);
        assertThat(at(container, "securityContext.capabilities")).isEqualTo(Map.of("drop", List.of("ALL")));
        assertThat(at(container, "securityContext.privileged")).isNull();
        assertThat(Manifests.maps(container.get("ports"))).noneMatch(port -> port.containsKey("hostPort"));
        assertThat(at(container, "resources.requests.memory")).isNotNull();
        assertThat(at(container, "resources.limits.memory")).isNotNull();
    }
}
