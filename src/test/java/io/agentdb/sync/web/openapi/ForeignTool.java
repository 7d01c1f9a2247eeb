package io.agentdb.sync.web.openapi;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of other languages. Without one, what it is for is skipped, and fails under {@code CI=true}. */
final class ForeignTool {

    private static final long MINUTES = 5;

    private ForeignTool() {
    }

    /** What a command prints that has to be there, and to succeed at what does not depend on this project. */
    static String prepare(Path directory, String... command) throws Exception {
        try {
            return run(directory, command);
        } catch (IOException | AssertionError e) {
            String why = String.join(" ", command) + ": " + e.getMessage();
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw new IllegalStateException(why);
            }
            System.err.println("NOT TESTED with a generated client: " + why);
            return abort(why);
        }
    }

    /** What a command prints, which has to succeed. */
    static String run(Path directory, String... command) throws Exception {
        Path log = Files.createTempFile(directory, "tool", ".log");
        Process process = new ProcessBuilder(List.of(command)).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("has not ended within " + MINUTES + " minutes");
        }
        String said = Files.readString(log);
        if (process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + " has ended with " + process.exitValue() + ":\n"
                    + said);
        }
        return said;
    }
}
