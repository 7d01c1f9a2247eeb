package io.agentdb.sync.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which of the processes that share the test classes this one is. Its directories under {@code target} are its own: it
 * holds a lock from the first use to its end, so that two processes of one name fail at once and do not delete each
 * other's files now and then.
 */
public final class TestProcess {

    private static final String NAME = System.getProperty("tests.process", "alone");
    private static DirectoryLock lock;

    private TestProcess() {
    }

    static String name() {
        return NAME;
    }

    /** From 1 on; 0 if there is only this one. */
    public static int number() {
        String digits = NAME.replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    /**
     * The directory of this process for one purpose. It may not exist yet, or hold what a former build left behind.
     *
     * @throws DirectoryInUse if another process has the same name
     */
    public static Path directory(String purpose) {
        hold();
        return Path.of("target", purpose, NAME).toAbsolutePath();
    }

    private static synchronized void hold() {
        if (lock == null) {
            try {
                lock = DirectoryLock.acquire(Files.createDirectories(
                        Path.of("target", "test-processes", NAME).toAbsolutePath()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
