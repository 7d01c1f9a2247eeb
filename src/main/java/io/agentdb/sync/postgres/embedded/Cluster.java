package io.agentdb.sync.postgres.embedded;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.agentdb.sync.home.DirectoryLock;
import io.agentdb.sync.home.DurableMove;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * A PostgreSQL cluster on disk: made once, started, stopped, and cleared of what a crash left behind.
 *
 * <p>Not thread-safe: the holder of the {@link DirectoryLock} calls it from one thread at a time. Methods block.
 */
final class Cluster {

    private static final String DRAFT = "postgres.draft-";
    private static final int FAST_STOP_SECONDS = 60;
    private static final int IMMEDIATE_STOP_SECONDS = 10;
    private static final long STRAGGLER_MILLIS = 1_000;
    private static final long KILL_MILLIS = 5_000;
    private static final long LOG_LIMIT = 4 << 20;
    private static final int TAIL_LINES = 12;

    private final EmbeddedServerSettings settings;
    private final Path directory;
    private final Path cluster;
    private final Path log;
    private final ClusterProcesses processes;

    Cluster(EmbeddedServerSettings settings) {
        try {
            this.settings = settings;
            // Processes name their directory by its real path, and a relative one would be relative to something else.
            this.directory = settings.directory().toRealPath();
            this.cluster = directory.resolve("postgres");
            this.log = directory.resolve("postgres.log");
            this.processes = new ClusterProcesses(cluster);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes the cluster if there is none. A crash on the way leaves a draft, never half a cluster under the final name.
     */
    void initialise(ClusterDoor door) {
        try {
            try (DirectoryStream<Path> drafts = Files.newDirectoryStream(directory, DRAFT + "*")) {
                for (Path draft : drafts) {
                    Directories.delete(draft);
                }
            }
            if (!Files.exists(cluster)) {
                Path draft = Files.createTempDirectory(directory, DRAFT);
                if (!programs().initialise(draft, door.superuserPassword(), settings.durable())) {
                    throw failure("cannot create its files in " + cluster);
                }
                DurableMove.move(draft, cluster);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare " + cluster + ": " + e.getMessage(), e);
        }
    }

    /** Tries to start the server once, and answers whether it accepts connections on that very port. */
    boolean start(int port) {
        rotateLog();
        return programs().start(cluster, port, settings.parameters());
    }

    /** Gives the superuser the password of the door; the server must be stopped. */
    void resetSuperuser(ClusterDoor door) {
        if (!programs().alone(cluster, "alter role " + ClusterDoor.SUPERUSER + " with login password '"
                + door.superuser().password() + "'")) {
            throw failure("does not start by itself to get a password");
        }
    }

    OptionalLong postmaster() {
        try {
            List<String> lines = Files.readAllLines(pidFile());
            return OptionalLong.of(Long.parseLong(lines.get(0).strip()));
        } catch (IOException | RuntimeException e) {
            // Missing, or being written just now: no server that could be named.
            return OptionalLong.empty();
        }
    }

    boolean isRunning() {
        OptionalLong pid = postmaster();
        return pid.isPresent() && processes.isRunning(pid.getAsLong());
    }

    /** Ends every process of this cluster, gently first. Afterwards the cluster can be started. */
    void stop() {
        if (isRunning() && !programs().stop(cluster, "fast", FAST_STOP_SECONDS) && isRunning()) {
            programs().stop(cluster, "immediate", IMMEDIATE_STOP_SECONDS);
        }
        // Children see their postmaster's death within moments, unless they compute; they hold its shared memory until
        // then.
        if (!within(STRAGGLER_MILLIS, this::isEmpty)) {
            processes.all().forEach(ProcessHandle::destroyForcibly);
            if (isRunning()) {
                ProcessHandle.of(postmaster().orElseThrow()).ifPresent(ProcessHandle::destroyForcibly);
            }
            within(KILL_MILLIS, this::isEmpty);
        }
        forgetPostmaster();
    }

    /** PostgreSQL would refuse to start while any process at all has the recorded number, be it a browser's. */
    private void forgetPostmaster() {
        try {
            if (processes.visible() && isEmpty()) {
                Files.deleteIfExists(pidFile());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isEmpty() {
        return !isRunning() && processes.all().isEmpty();
    }

    EmbeddedServerFailure failure(String what) {
        try {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            String tail = String.join(System.lineSeparator() + "    ",
                    lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
            return new EmbeddedServerFailure("The embedded PostgreSQL " + what + ". The end of " + log + ":"
                    + System.lineSeparator() + "    " + tail);
        } catch (IOException e) {
            return new EmbeddedServerFailure("The embedded PostgreSQL " + what + "; see " + log, e);
        }
    }

    private void rotateLog() {
        try {
            if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
                Files.move(log, log.resolveSibling("postgres.log.1"), REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PostgresPrograms programs() {
        return new PostgresPrograms(PostgresBinaries.unpack(settings.binaries()), directory, log);
    }

    private Path pidFile() {
        return cluster.resolve("postmaster.pid");
    }

    private static boolean within(long millis, BooleanSupplier condition) {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Pause.millis(20);
        }
        return true;
    }
}
