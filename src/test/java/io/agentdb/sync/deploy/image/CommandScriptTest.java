package io.agentdb.sync.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.cli.Launcher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The script beside the jar, in the image and in a release. */
class CommandScriptTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"app.jar", "agentdb-sync-9.9.9.jar"})
    void script_runsTheCommandOfTheJarBesideIt_alsoThroughALink(String jar) throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, location(Launcher.class) + " "
                + location(CommandLine.class));
        Path place = Files.createDirectories(directory.resolve("a node"));
        new JarOutputStream(Files.newOutputStream(place.resolve(jar)), manifest).close();
        Path script = Files.copy(Path.of("docker/agentdb-sync"), place.resolve("agentdb-sync"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), script);
        assertThat(run(link, "help", "status")).startsWith("0 Usage: agentdb-sync status");
        assertThat(run(script, "no such verb")).startsWith("2 'no such verb' is no verb");
    }

    @Test
    void withoutAJar_itSaysSo() throws Exception {
        Path script = Files.copy(Path.of("docker/agentdb-sync"), directory.resolve("agentdb-sync"));
        assertThat(run(script, "status")).startsWith("1 ").contains("there is no jar of the node in " + directory);
    }

    private String run(Path script, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(script.toString()).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.environment().put("JDK_JAVA_OPTIONS", "-XX:MaxRAMPercentage=50");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + said;
    }

    private static String location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().toString();
    }
}
