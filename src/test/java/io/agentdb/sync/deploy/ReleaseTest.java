package io.agentdb.sync.deploy;

import static io.agentdb.sync.deploy.ReleaseTree.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** What {@code .ci/release} refuses, and what it publishes, with programs of three lines in place of those that would. */
@EnabledOnOs(OS.LINUX)
class ReleaseTest {

    private static final String IMAGE = "sha256:" + "1".repeat(64);
    private static final String CHART = "sha256:" + "2".repeat(64);

    @TempDir
    private Path directory;
    private ReleaseTree tree;

    @BeforeEach
    void copy() throws Exception {
        tree = ReleaseTree.at(directory);
        tree.program("../mvnw", "echo built \"$@\" >>asked; mkdir -p target/classes/META-INF/sbom\n"
                + "for file in agentdb-sync-" + VERSION + ".jar agentdb-sync classes/META-INF/sbom/application.cdx.json;"
                + " do echo made >target/$file; done");
    }

    @Test
    void versionThatIsNotEverywhere_isRefused_andPutRightEverywhere() throws Exception {
        refused("pom.xml says '", ".ci/version " + VERSION);
        tree.must(".ci/version", VERSION, "2026-12-31");
        assertThat(tree.run(".ci/release", VERSION).status()).isZero();
        for (String file : List.of("pom.xml", "Dockerfile", "docker-compose.yml", "helm/agentdb-sync/Chart.yaml")) {
            String before = Files.readString(directory.resolve(file));
            tree.replace(file, Pattern.quote(VERSION), "9.8.6");
            refused("says '9.8.6'", file);
            Files.writeString(directory.resolve(file), before);
        }
    }

    @Test
    void versionWithoutADatedSectionInTheChangelog_isRefused() throws Exception {
        tree.must(".ci/version", VERSION, "2026-12-31");
        tree.replace("CHANGELOG.md", "(?m)^## 9.8.7, 2026-12-31$", "## 9.8.7, unreleased");
        refused("'## 9.8.7, unreleased', which is no date");
        tree.replace("CHANGELOG.md", "(?m)^## 9.8.7, unreleased$", "## 9.8.70, 2026-12-31");
        refused("CHANGELOG.md has no section '## 9.8.7, DATE'");
    }

    @Test
    void snapshot_isNotReleased_andTheNextOneGetsASection() throws Exception {
        tree.must(".ci/version", "9.9.0-SNAPSHOT");
        assertThat(Files.readString(directory.resolve("CHANGELOG.md")))
                .containsSubsequence("\n## 9.9.0, unreleased\n", "\n## 9.8.7, unreleased\n");
        assertThat(tree.run(".ci/release", "9.9.0-SNAPSHOT").output()).contains("No release 9.9.0-SNAPSHOT: a snapshot");
        assertThat(tree.run(".ci/version", "next").status()).isNotZero();
    }

    @Test
    void withoutBeingTold_nothingIsPublished_andWhatWouldBeIsSaid() throws Exception {
        tree.must(".ci/version", VERSION, "2026-12-31");
        publishers();
        ReleaseTree.Result result = tree.run(".ci/release", "v" + VERSION);
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(result.output()).contains("Would run: docker buildx build --platform linux/amd64\\,linux/arm64",
                "Would run: helm push", "Would run: cosign sign --yes", "Would run: cosign sign-blob",
                "Would run: gh release create v9.8.7");
        assertThat(asked()).extracting(line -> line.split(" ")[0]).containsExactly("built", "package");
    }

    @Test
    void tagIsPublished_imageAndChartSignedByTheirDigests_theReleaseLast() throws Exception {
        tree.must(".ci/version", VERSION, "2026-12-31");
        publishers();
        commit();
        ReleaseTree.Result early = tree.run(".ci/release", "--publish", VERSION);
        assertThat(early.output()).contains("No release 9.8.7: the tag v9.8.7 is not on this commit");
        tree.must("git", "tag", "v" + VERSION);
        Files.writeString(directory.resolve("pom.xml"), "\n", StandardOpenOption.APPEND);
        assertThat(tree.run(".ci/release", "--publish", VERSION).output()).contains("changes that are in no commit");
        tree.must("git", "checkout", "-q", "pom.xml");
        assertThat(directory.resolve("asked")).doesNotExist();

        ReleaseTree.Result result = tree.run(".ci/release", "--publish", "v" + VERSION);
        assertThat(result.status()).as(result.output()).isZero();
        String repository = (String) ((Map<?, ?>) ValuesFile.read().defaults().get("image")).get("repository");
        String charts = repository.substring(0, repository.lastIndexOf('/')) + "/charts";
        assertThat(asked()).satisfiesExactly(
                line -> assertThat(line).startsWith("built -B -q -Pall-platforms "),
                line -> assertThat(line).startsWith("package helm/agentdb-sync "),
                line -> assertThat(line).startsWith("buildx build ").contains(" --provenance=mode=max ", " --sbom=true ",
                        " --tag " + repository + ":9.8.7 ", " VERSION=9.8.7 ", " --push ."),
                line -> assertThat(line).isEqualTo("push target/release/assets/agentdb-sync-9.8.7.tgz oci://" + charts),
                line -> assertThat(line).isEqualTo("sign --yes " + repository + "@" + IMAGE),
                line -> assertThat(line).isEqualTo("sign --yes " + charts + "/agentdb-sync@" + CHART),
                line -> assertThat(line).startsWith("sign-blob --yes --bundle target/release/assets/SHA256SUMS.sigstore"),
                line -> assertThat(line).startsWith("release create v9.8.7 --verify-tag ").contains("SHA256SUMS",
                        "agentdb-sync-9.8.7.jar", "agentdb-sync-9.8.7.cdx.json", "agentdb-sync-9.8.7.tgz")
                        .doesNotContain("--prerelease"));
    }

    @Test
    void imageElsewhereThanTheChartLooks_isRefused() throws Exception {
        tree.must(".ci/version", VERSION, "2026-12-31");
        assertThat(tree.run("env", "IMAGE=registry.example.com/other", ".ci/release", VERSION).output())
                .contains("No release 9.8.7: IMAGE is registry.example.com/other");
    }

    /** An action's tag can be moved to other code; a commit cannot. */
    @Test
    void workflows_runTheScriptsThatPeopleRun_andActionsThatStayTheSame() throws IOException {
        Map<String, String> runs = Map.of("ci.yml", "- run: .ci/run\n",
                "release.yml", "- run: .ci/release --publish \"$GITHUB_REF_NAME\"\n");
        for (String name : runs.keySet()) {
            String workflow = Files.readString(Path.of(".github/workflows", name));
            assertThat(workflow).contains(runs.get(name));
            assertThat(((Map<?, ?>) new Yaml().load(workflow)).get("permissions")).isEqualTo(Map.of("contents", "read"));
            assertThat(workflow.lines().filter(line -> line.contains("uses:"))).allMatch(line -> line.matches(
                    " *(- )?uses: (\\./\\S+|[\\w./-]+@[0-9a-f]{40} # v[0-9]+\\.[0-9]+\\.[0-9]+)"));
        }
    }

    private void refused(String... words) throws Exception {
        ReleaseTree.Result result = tree.run(".ci/release", VERSION);
        assertThat(result.status()).as(result.output()).isEqualTo(1);
        assertThat(result.output()).contains("No release " + VERSION + ": ").contains(words);
    }

    private void publishers() throws IOException {
        tree.program("docker", "echo \"$@\" >>asked\nwhile [ \"$1\" != --metadata-file ]; do shift; done\n"
                + "echo '{ \"containerimage.digest\": \"" + IMAGE + "\" }' >\"$2\"\n");
        tree.program("helm", "echo \"$@\" >>asked\ncase $1 in\n"
                + "package) echo made >\"$4/agentdb-sync-" + VERSION + ".tgz\" ;;\npush) echo 'Digest: " + CHART
                + "' >&2 ;;\nesac\n");
        tree.program("cosign", "echo \"$@\" >>asked\n[ \"$1\" != sign-blob ] || echo made >\"$4\"\n");
        tree.program("gh", "echo \"$@\" >>asked\n");
    }

    private void commit() throws Exception {
        Files.writeString(directory.resolve(".gitignore"), "/target/\nasked\ntools/\n");
        tree.must("git", "init", "-q");
        tree.must("git", "add", "-A");
        tree.must("git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "all");
    }

    private List<String> asked() throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("asked"))) {
            return lines.toList();
        }
    }
}
