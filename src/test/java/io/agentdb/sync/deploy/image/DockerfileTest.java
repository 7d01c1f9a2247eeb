package io.agentdb.sync.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What holds of the Dockerfile without building it. */
class DockerfileTest {

    private final Dockerfile file = Dockerfile.read();
    private final Set<String> stages = file.stages().stream().map(Dockerfile.Stage::name).collect(Collectors.toSet());

    @Test
    void eachBase_isAnEarlierStageOrNamesItsVersion() {
        assertThat(file.stages()).extracting(Dockerfile.Stage::base).allSatisfy(base -> {
            if (!stages.contains(base)) {
                assertThat(base).matches("[a-z0-9./-]+:[^:@]*[0-9]+\\.[0-9][^:@]*(@sha256:[0-9a-f]{64})?");
            }
        });
        assertThat(stages).contains("jar", "runtime", "node", "training");
    }

    @Test
    void theNode_runsAsANumberedUserThatIsNotRoot() {
        assertThat(file.last("USER").text()).isEqualTo("10001:10001");
        assertThat(file.stages().get(file.stages().size() - 1).all("USER")).as("the last word is the node stage's")
                .isEmpty();
    }

    /** OpenShift runs images as a user of its choice, whom no file of users knows, and whose group is 0. */
    @Test
    void theNodesDirectory_isAlsoTheHomeOfAnyUserOfGroupZero() {
        String home = file.last("VOLUME").words().get(0);
        assertThat(file.environment()).containsEntry("HOME", home);
        assertThat(String.join("\n", file.stages().stream().flatMap(stage -> stage.all("RUN").stream()).toList()))
                .contains("install -d -o 10001 -g 0 -m 0770 " + home + " " + home + "/import ");
    }

    @Test
    void commands_areInExecForm_soThatSignalsReachJava() {
        assertThat(file.last("ENTRYPOINT").text()).startsWith("[");
        assertThat(file.last("ENTRYPOINT").words()).startsWith("java").endsWith("-jar", "/opt/agentdb/app.jar");
        assertThat(file.last("HEALTHCHECK").text()).contains("--interval=", "--timeout=", "--start-period=", " CMD [");
        assertThat(file.last("HEALTHCHECK").words()).containsExactly("bash", "/opt/agentdb/healthcheck.sh");
        assertThat(file.last("STOPSIGNAL").text()).isEqualTo("SIGTERM");
    }

    @Test
    void ports_areThoseThatTheEnvironmentSets() {
        assertThat(file.last("EXPOSE").text().split(" ")).containsExactlyInAnyOrder(
                file.environment().get("SERVER_PORT") + "/tcp",
                        file.environment().get("MANAGEMENT_SERVER_PORT") + "/tcp", "4433/udp");
    }

    @Test
    void environmentVariables_areSettings() {
        Settings settings = Settings.ofApplication();
        file.environment().forEach((name, value) -> {
            if (!Set.of("PATH", "LANG", "HOME", "JDK_JAVA_OPTIONS").contains(name)) {
                assertThat(settings.known(name)).as(name).isTrue();
            }
        });
        assertThat(file.environment().get("JDK_JAVA_OPTIONS"))
                .contains("-XX:MaxRAMPercentage=", "-XX:MaxDirectMemorySize=");
    }

    @Test
    void whatIsCopied_isThere() {
        for (Dockerfile.Stage stage : file.stages()) {
            assertThat(stage.all("ADD")).isEmpty();
            for (String copy : stage.all("COPY")) {
                List<String> words = Arrays.asList(copy.split(" "));
                if (words.get(0).startsWith("--from=")) {
                    assertThat(stages).contains(words.get(0).substring("--from=".length()));
                } else {
                    assertThat(words.subList(0, words.size() - 1))
                            .allSatisfy(source -> assertThat(Path.of(source)).exists());
                }
            }
        }
    }

    @Test
    void scripts_areThereAndBashAcceptsThem() throws Exception {
        String steps = file.stages().stream().flatMap(stage -> stage.all("RUN").stream())
                .collect(Collectors.joining("\n"));
        for (String script : List.of("jar.sh", "runtime.sh", "train.sh")) {
            assertThat(steps).contains(script);
        }
        try (var scripts = Files.list(Path.of("docker"))) {
            for (Path script : scripts.filter(each -> each.toString().endsWith(".sh")).toList()) {
                assertThat(script).isExecutable();
                assertThat(new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start().waitFor())
                        .as("%s", script).isZero();
            }
        }
    }

    @Test
    void labels_sayWhatItIs() {
        for (String label : List.of("title", "description", "source", "licenses", "version", "revision", "created")) {
            assertThat(file.last("LABEL").text()).contains("org.opencontainers.image." + label + "=");
        }
    }

    @Test
    void labelsOfTheBase_areReplaced() {
        for (String label : List.of("name", "vendor", "maintainer", "version", "release", "summary", "description",
                "url", "build-date", "io.k8s.display-name", "io.k8s.description")) {
            assertThat(" " + file.last("LABEL").text()).contains(" " + label + "=");
        }
        String created = file.stages().get(file.stages().size() - 1).all("ARG").stream()
                .filter(each -> each.startsWith("CREATED="))
                .findFirst().orElseThrow();
        assertThat(OffsetDateTime.parse(created.substring("CREATED=".length()))).isNotNull();
    }

    @Test
    void caches_areForOneBuildAtATime() {
        assertThat(file.stages().stream().flatMap(stage -> stage.all("RUN").stream())
                .filter(step -> step.contains("type=cache")))
                .isNotEmpty().allMatch(step -> step.contains(",sharing=locked "));
    }

    @Test
    void context_holdsNothingButWhatIsNamed() throws Exception {
        List<String> lines = Files.readAllLines(Path.of(".dockerignore")).stream().filter(line -> !line.startsWith("#"))
                .toList();
        assertThat(lines).startsWith("*");
        assertThat(lines.subList(1, lines.size())).allSatisfy(line -> assertThat(Path.of(line.substring(1))).exists());
        assertThat(Files.readString(Path.of("Dockerfile"))).doesNotContainIgnoringCase("password=")
                .doesNotContainIgnoringCase("secret=");
    }
}
