package io.agentdb.sync.build;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code mvnw} with a search path of its own, a distribution of three lines, and no network. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class MavenWrapperTest {

    private static final String ARCHIVE = "apache-maven-3.9.0-bin.tar.gz";
    private static final List<String> TOOLS = List.of(
            "sh", "sed", "tr", "cut", "tar", "gzip", "cp", "mv", "rm", "mkdir", "mktemp", "dirname", "sha512sum",
                    "shasum", "perl");

    @TempDir
    private Path directory;
    private Path project;
    private Path path;
    private Path repository;

    @BeforeEach
    void cloneWithoutMaven() throws Exception {
        project = Files.createDirectories(directory.resolve("my clone"));
        path = Files.createDirectories(directory.resolve("path"));
        Files.copy(Path.of("mvnw"), project.resolve("mvnw"), StandardCopyOption.COPY_ATTRIBUTES);
        for (String tool : TOOLS) {
            for (String place : System.getenv("PATH").split(":")) {
                Path found = Path.of(place, tool);
                if (Files.isExecutable(found) && !Files.exists(path.resolve(tool))) {
                    program(path.resolve(tool), "exec " + found + " \"$@\"");
                }
            }
        }
        repository = directory.resolve("repository");
        Path archive = Files.createDirectories(repository.resolve("org/apache/maven/apache-maven/3.9.0"))
                .resolve(ARCHIVE);
        Path distribution = directory.resolve("apache-maven-3.9.0");
        program(distribution.resolve("bin/mvn"), "echo downloaded \"$@\"");
        assertThat(new ProcessBuilder("tar", "-czf", archive.toString(), "-C", directory.toString(),
                distribution.getFileName().toString()).start().waitFor()).isZero();
        expect(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(archive))));
    }

    @Test
    void installedMaven_isUsedAsItIs() throws Exception {
        program(path.resolve("mvn"), "[ \"$1\" = -version ] && echo 'Apache Maven 3.8.7' || echo installed \"$@\"");
        assertThat(mvnw("-B", "a goal")).isEqualTo("0 installed -B a goal");
        assertThat(directory.resolve("kept")).doesNotExist();
    }

    @Test
    void installedMavenThatIsTooOld_isPassedOver() throws Exception {
        program(path.resolve("mvn"), "[ \"$1\" = -version ] && echo 'Apache Maven 3.6.3' || echo installed \"$@\"");
        assertThat(mvnw("verify")).startsWith("0 ").endsWith("downloaded verify");
    }

    @Test
    void withoutMaven_theDistributionIsFetchedOnceAndKept() throws Exception {
        assertThat(mvnw("-B", "verify")).contains("downloading").endsWith("downloaded -B verify");
        Files.delete(repository.resolve("org/apache/maven/apache-maven/3.9.0").resolve(ARCHIVE));
        assertThat(mvnw("-B", "verify")).isEqualTo("0 downloaded -B verify");
    }

    @Test
    void distributionWithAnotherChecksum_isRefusedAndNotKept() throws Exception {
        expect("0".repeat(128));
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThat(mvnw("verify")).startsWith("1 ").contains("SHA-512", "refusing").doesNotContain("downloaded");
        }
        assertThat(directory.resolve("kept/wrapper/dists")).isEmptyDirectory();
    }

    @Test
    void unreachableRepository_isNamedInTheError() throws Exception {
        repository = directory.resolve("nowhere");
        assertThat(mvnw("verify")).startsWith("1 ").contains("cannot download file://" + repository, "MVNW_REPOURL");
    }

    @Test
    void pinnedDistribution_hasACompleteChecksum() throws IOException {
        assertThat(Path.of(".mvn/wrapper/maven-wrapper.properties")).content()
                .containsPattern("(?m)^distributionUrl=.*/apache-maven-3\\.9\\.[0-9]+-bin\\.tar\\.gz$")
                .containsPattern("(?m)^distributionSha512Sum=[0-9a-f]{128}$");
    }

    private String mvnw(String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(project.resolve("mvnw").toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().clear();
        builder.environment().put("PATH", path.toString());
        builder.environment().put("MVNW_REPOURL", "file://" + repository);
        builder.environment().put("MAVEN_USER_HOME", directory.resolve("kept").toString());
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.waitFor() + " " + output;
    }

    private void expect(String checksum) throws IOException {
        Files.writeString(Files.createDirectories(project.resolve(".mvn/wrapper")).resolve("maven-wrapper.properties"),
                "distributionUrl=https://example.invalid/" + ARCHIVE + "\ndistributionSha512Sum=" + checksum + "\n");
    }

    private static void program(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, fromString("rwxr-xr-x"));
    }
}
