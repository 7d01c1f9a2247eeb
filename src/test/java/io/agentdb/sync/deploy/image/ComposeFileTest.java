package io.agentdb.sync.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.yaml.snakeyaml.Yaml;

/** Holds the compose file against the application's settings, the Dockerfile, and what lies in the project. */
class ComposeFileTest {

    private final ComposeFile compose = ComposeFile.read();
    private final Dockerfile image = Dockerfile.read();
    private final Settings settings = Settings.ofApplication();

    @TempDir
    private Path secrets;

    @Test
    void variablesOfTheNodes_areSettingsWithValuesThatTheyTake() {
        assertThat(compose.nodes()).allSatisfy(
                node -> assertThat(settings.unknown(node.environment(), new StandardEnvironment())).isEmpty());
    }

    @Test
    void variableThatIsNoSetting_isFound() {
        assertThat(settings.unknown(Map.of("AGENTDB_SYNC_AUTOMATIC", "true",
                "SPRING_DATASOURCE_URI", "jdbc:postgresql:x"), new StandardEnvironment())).hasSize(2);
        assertThatThrownBy(() -> settings.unknown(Map.of("AGENTDB_SYNC_INTERVAL", "soon"), new StandardEnvironment()))
                .hasStackTraceContaining("agentdb.sync.interval");
    }

    @Test
    void secretsMadeAtTheFirstStart_areSettingsToo() throws Exception {
        initialise();
        for (String node : List.of("alpha", "beta")) {
            Set<String> names = new TreeSet<>();
            try (var files = Files.list(secrets.resolve(node))) {
                files.forEach(file -> names.add(Settings.variable(file.getFileName().toString())));
            }
            StandardEnvironment environment = new StandardEnvironment();
            environment.getPropertySources().addFirst(new ConfigTreePropertySource("secrets", secrets.resolve(node)));
            assertThat(names).contains("AGENTDB_ADMIN_USERS_0_PASSWORD", "SPRING_DATASOURCE_PASSWORD");
            names.removeAll(settings.bound(environment));
            names.removeAll(settings.ofSpring());
            assertThat(names).isEmpty();
        }
        assertThat(secrets.resolve("alpha-postgres/password"))
                .hasSameTextualContentAs(secrets.resolve("alpha/spring.datasource.password"));
        assertThat(secrets.resolve("alpha-tls/key.pem")).content()
                .isNotEqualTo(Files.readString(secrets.resolve("beta-tls/key.pem")));
    }

    @Test
    void secondStart_keepsTheSecrets() throws Exception {
        initialise();
        String first = Files.readString(secrets.resolve("alpha/agentdb.admin.users[0].password"));
        initialise();
        assertThat(secrets.resolve("alpha/agentdb.admin.users[0].password")).hasContent(first);
        assertThat(first.length()).isGreaterThan(40);
    }

    @Test
    void secretsThatAreRead_areMade() throws Exception {
        initialise();
        compose.services().forEach((name, service) -> service.list("volumes").stream()
                .filter(each -> each.contains("-secrets:/run/secrets/"))
                .forEach(mount -> {
                    Path made = secrets.resolve(mount.substring(0, mount.indexOf("-secrets:")));
                    String target = mount.split(":")[1];
                    service.environment().values().stream().filter(value -> value.startsWith(target + "/")).forEach(
                            value -> assertThat(made.resolve(value.substring(target.length() + 1))).as(name)
                                    .isRegularFile());
                }));
        assertThat(Path.of("compose/prometheus.yml")).content().contains("/run/secrets/prometheus/token");
        assertThat(secrets.resolve("prometheus/token")).isRegularFile();
    }

    @Test
    void everyContainer_isConfined() {
        compose.services().forEach((name, service) -> {
            assertThat(service.get("read_only")).as(name).isEqualTo(true);
            assertThat(service.list("cap_drop")).as(name).containsExactly("ALL");
            assertThat(service.list("security_opt")).as(name).contains("no-new-privileges:true");
            assertThat(service.get("mem_limit")).as(name).isNotNull();
            assertThat(service.list("ports")).as(name).allMatch(port -> port.startsWith("127.0.0.1:"));
            assertThat((String) service.get("image")).as(name).matches("[^:]+:v?[0-9]+\\.[0-9].*");
            assertThat(name.equals("init") || "unless-stopped".equals(service.get("restart"))).as(name).isTrue();
        });
        assertThat(compose.nodes()).allSatisfy(node -> {
            assertThat(node.list("tmpfs")).anyMatch(mount -> mount.startsWith("/tmp:exec"));
            assertThat(node.get("stop_grace_period")).isNotNull();
            // What nobody mounts there would be a volume without a name, one more with each container.
            assertThat(image.last("VOLUME").words()).isNotEmpty()
                    .allSatisfy(volume -> assertThat(node.list("tmpfs"))
                            .anyMatch(mount -> mount.startsWith(volume + ":")));
        });
        assertThat(compose.services().get("init").list("tmpfs")).as("PostgreSQL's volume")
                .contains("/var/lib/postgresql");
    }

    @Test
    void dependencies_areServicesThatCanFulfilThem() {
        compose.services().forEach((name, service) -> service.dependencies().forEach((other, condition) -> {
            assertThat(compose.services()).as(name).containsKey((String) other);
            String wanted = (String) ((Map<?, ?>) condition).get("condition");
            assertThat(wanted).isIn("service_healthy", "service_completed_successfully");
            assertThat(wanted.equals("service_healthy")).as("%s waits for the health of %s", name, other)
                    .isEqualTo(compose.services().get(other).get("healthcheck") != null);
        }));
    }

    @Test
    void whatIsMounted_isThereOrDeclared() {
        compose.services().forEach((name, service) -> service.list("volumes").forEach(mount -> {
            String source = mount.split(":")[0];
            if (source.startsWith("./")) {
                assertThat(Path.of(source)).as(name).exists();
                assertThat(mount).as(name).endsWith(":ro");
            } else {
                assertThat(compose.volumes()).as(name).contains(source);
            }
        }));
    }

    @Test
    void addresses_areServicesAndTheirPorts() throws Exception {
        String http = image.environment().get("SERVER_PORT");
        String management = image.environment().get("MANAGEMENT_SERVER_PORT");
        assertThat(compose.nodes()).allSatisfy(node -> {
            assertThat(node.list("ports")).allMatch(port -> port.endsWith(":" + http));
            assertThat(node.environment().get("AGENTDB_PEERS_0_ADDRESS")).isIn("alpha:4433", "beta:4433");
        });
        Map<String, List<Map<String, List<Map<String, List<String>>>>>> prometheus =
                new Yaml().load(Files.readString(Path.of("compose/prometheus.yml")));
        assertThat(prometheus.get("scrape_configs").get(0).get("static_configs").get(0).get("targets"))
                .containsExactly("alpha:" + management, "beta:" + management);
    }

    @Test
    void monitoring_isAProfile_andNobodyElseNeedsIt() {
        compose.services().forEach((name, service) -> {
            boolean monitoring = Set.of("prometheus", "grafana").contains(name);
            assertThat(service.list("profiles")).as(name).isEqualTo(monitoring ? List.of("monitoring") : List.of());
            if (!monitoring) {
                assertThat(service.dependencies().containsKey("prometheus")).as(name).isFalse();
                assertThat(service.dependencies().containsKey("grafana")).as(name).isFalse();
            }
        });
    }

    @Test
    void nodes_areBuiltFromWhatIsHere_andImportIntoAVolumeWithALimit() {
        assertThat(compose.nodes()).allSatisfy(node -> {
            assertThat(node.get("build")).isEqualTo(".");
            assertThat(node.get("pull_policy")).isEqualTo("build");
            assertThat(node.list("volumes")).anyMatch(mount -> mount.endsWith("-import:/var/lib/agentdb-sync/import"));
            assertThat(node.environment()).containsEntry("AGENTDB_IMPORT_MAXSIZE", "2GB");
        });
    }

    @Test
    void imageAndChart_haveTheProjectsVersion() throws Exception {
        String pom = Files.readString(Path.of("pom.xml"));
        String version = pom.replaceAll("(?s).*?<artifactId>agentdb-sync</artifactId>\\s*<version>([^<]+)<.*", "$1");
        assertThat(compose.nodes()).allSatisfy(
                node -> assertThat(node.get("image")).isEqualTo("ghcr.io/agentdb/agentdb-sync:" + version));
        assertThat(Files.readString(Path.of("Dockerfile"))).contains("ARG VERSION=" + version + "\n");
        assertThat(Files.readString(Path.of("helm/agentdb-sync/Chart.yaml")))
                .contains("\nversion: " + version + "\n", "\nappVersion: " + version + "\n");
    }

    private void initialise() throws Exception {
        assertThat(new ProcessBuilder("bash", "compose/init.sh", secrets.toString()).inheritIO().start().waitFor())
                .isZero();
    }
}
