package io.agentdb.sync.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import io.agentdb.sync.home.TestProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** The chart as it stands in the repository. */
final class Chart {

    static final Path DIRECTORY = Path.of("helm", "agentdb-sync").toAbsolutePath();
    static final String RELEASE = "alpha";
    static final String NAMESPACE = "agents";
    private static final String KUBERNETES = "1.34.0";
    private static Path withHooks;

    private Chart() {
    }

    /** Each file of values that is kept beside the chart. */
    static List<Path> valueSets() {
        try (Stream<Path> files = Files.list(DIRECTORY.resolve("ci"))) {
            return files.filter(file -> file.toString().endsWith("-values.yaml")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path valueSet(String name) {
        return DIRECTORY.resolve("ci").resolve(name + "-values.yaml");
    }

    /** @throws IllegalStateException with what Helm has against it */
    static Manifests render(Path values, String... settings) {
        return render(RELEASE, values, settings);
    }

    static Manifests render(String release, Path values, String... settings) {
        return render(withHooks(), release, values, settings);
    }

    /** @param settings pairs of a value's path and the value */
    static Manifests render(Path chart, String release, Path values, String... settings) {
        FakeCluster.get();
        TemplateCommand command = new Helm(chart).template().withName(release).withNamespace(NAMESPACE)
                .withKubeVersion(KUBERNETES)
                .withValuesFile(values);
        for (int i = 0; i < settings.length; i += 2) {
            command.set(settings[i], settings[i + 1]);
        }
        return Manifests.parse(command.call());
    }

    /** A copy in which hooks are ordinary resources: through this library Helm renders no others. */
    static Path copy(Path to) {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            FileSystemUtils.deleteRecursively(to);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(DIRECTORY.relativize(file));
                Files.createDirectories(target.getParent());
                Files.writeString(target, Files.readString(file).replace("\"helm.sh/hook\"", "\"example.com/hook\""));
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized Path withHooks() {
        withHooks = withHooks == null ? copy(TestProcess.directory("chart-with-hooks").resolve("agentdb-sync"))
                : withHooks;
        return withHooks;
    }

    static LintResult lint(Path directory) {
        return new Helm(directory).lint().strict().call();
    }
}
