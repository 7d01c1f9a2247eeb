package io.agentdb.sync.mesh;

import io.agentdb.sync.SyncNodeApplication;
import io.agentdb.sync.home.TestProcess;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * What a JVM is told to run this release. From jars alone and with an archive of the classes (JEP 350), as the image
 * has it: a process then starts with half the processor time, and tests start tens of them.
 */
final class ThisRelease {

    private static final Path DIRECTORY = TestProcess.directory("this-release");
    private static List<String> program = List.of();

    private ThisRelease() {
    }

    static synchronized List<String> program() {
        if (program.isEmpty()) {
            try {
                program = archived();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return program;
    }

    private static List<String> archived() throws IOException, InterruptedException {
        Files.createDirectories(DIRECTORY);
        Path jar = DIRECTORY.resolve("node.jar");
        Path archive = DIRECTORY.resolve("node.jsa");
        Files.deleteIfExists(archive);
        pack(Path.of(SyncNodeApplication.class.getProtectionDomain().getCodeSource().getLocation().getPath()), jar);
        Stream<String> libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"));
        List<String> node = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                String.join(File.pathSeparator, Stream.concat(Stream.of(jar.toString()), libraries).toList()),
                SyncNodeApplication.class.getName());
        Path log = DIRECTORY.resolve("log");
        Process training = new ProcessBuilder(Stream.of(
                Stream.of(java(), "-XX:ArchiveClassesAtExit=" + archive, "-Dspring.context.exit=onRefresh"),
                node.stream(), Stream.of("--server.port=0", "--agentdb.server.port=0",
                        "--agentdb.server.host=127.0.0.1", "--agentdb.server.open=true", "--agentdb.admin.open=true",
                        "--agentdb.embedded.data-dir=" + DIRECTORY.resolve("data"),
                        "--spring.datasource.url=" + TestPostgres.url(TestPostgres.createMigrated())))
                .flatMap(part -> part).toList()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (training.waitFor() != 0 || !Files.exists(archive)) {
            throw new IllegalStateException("no archive of this release's classes:\n" + Files.readString(log));
        }
        List<String> all = new ArrayList<>(List.of("-XX:SharedArchiveFile=" + archive));
        all.addAll(node);
        return List.copyOf(all);
    }

    /** The program of the Java that runs the tests. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (Stream<Path> files = Files.walk(classes); OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (Path entry : files.filter(one -> !one.equals(classes)).toList()) {
                // With the folders: in a jar without them, Spring and Flyway find nothing.
                boolean folder = Files.isDirectory(entry);
                out.putNextEntry(new JarEntry(classes.relativize(entry) + (folder ? "/" : "")));
                if (!folder) {
                    Files.copy(entry, out);
                }
            }
        }
    }
}
