package io.agentdb.sync.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TestProcessTest {

    /** Empty, as a placeholder that Maven took for its own made it, it was the same for every process. */
    @Test
    void everyProcess_hasANumber() {
        assertThat(TestProcess.name()).matches("process-[1-9]\\d*").isEqualTo("process-" + TestProcess.number());
        assertThat(System.getenv("KUBECONFIG")).endsWith("fake-cluster-" + TestProcess.number() + ".yaml");
    }

    @Test
    void directoriesOfOneProcess_areRefusedToAnotherOfTheSameName() throws Exception {
        Path mine = TestProcess.directory("a");
        assertThat(mine).isNotEqualTo(TestProcess.directory("b"));
        assertThat(another(TestProcess.name())).contains(DirectoryInUse.class.getName())
                .doesNotContain(mine.toString());
        String name = "another-than-" + TestProcess.name();
        assertThat(another(name)).contains(Path.of("a", name).toString());
    }

    /** What is written there beside it, both processes write: npm's under a lock. */
    @Test
    void whatLiesUnderTarget_isAskedOfTestProcess_butWhatOthersPutThere() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
            assertThat(sources.filter(Files::isRegularFile).filter(TestProcessTest::namesTarget))
                    .extracting(source -> source.getFileName().toString()).containsExactlyInAnyOrder("TestProcess.java",
                            "TestPostgres.java", "NodeProcess.java", "NpmPackages.java", "GeneratedClientTest.java",
                            "TestProcessTest.java");
        }
    }

    private static boolean namesTarget(Path source) {
        try {
            String text = Files.readString(source);
            return Stream.of("Path.of(\"target", "File(\"target", "\"target/").anyMatch(text::contains);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a process of that name says that asks for a directory. */
    private static String another(String name) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-Xmx64m", "-Dtests.process=" + name, "-cp",
                System.getProperty("java.class.path"), Another.class.getName()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    static final class Another {

        private Another() {
        }

        public static void main(String[] arguments) {
            System.out.println(TestProcess.directory("a"));
        }
    }
}
