package io.agentdb.sync.postgres.embedded;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * PostgreSQL's own programs for making, starting and stopping a cluster.
 *
 * <p>Thread-safe; every method blocks until the program has ended and answers whether it succeeded. What the program
 * says goes to the log file, since a pipe would die with this process while the server lives on.
 */
final class PostgresPrograms {

    /** Replaying the log after a crash takes as long as it takes; giving up early would only start the same again. */
    private static final String START_SECONDS = "600";

    private final Path bin;
    private final Path directory;
    private final Path log;

    /** @param directory that the programs start in */
    PostgresPrograms(Path unpacked, Path directory, Path log) {
        this.bin = unpacked.resolve("bin");
        this.directory = directory;
        this.log = log;
    }

    /** Makes a cluster whose sort order depends on no locale of the machine, so that its directory may be moved. */
    boolean initialise(Path cluster, Path superuserPassword, boolean durable) {
        List<String> arguments = new ArrayList<>(List.of(
                "-D", cluster.toString(), "-U", ClusterDoor.SUPERUSER, "-A", "scram-sha-256",
                "--pwfile=" + superuserPassword.toAbsolutePath(), "-E", "UTF8",
                "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        if (!durable) {
            arguments.add("--no-sync");
        }
        return run("initdb", arguments);
    }

    /** Starts the server detached from this process's terminal, where Ctrl-C would stop it before its clients. */
    boolean start(Path cluster, int port, Map<String, String> parameters) {
        // Relative to the directory that the program starts in: a path could need quotes, which differ by system.
        String options = parameters.entrySet().stream()
                .map(e -> " -c " + e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining("", "-p " + port + " -c hba_file=" + ClusterDoor.RULES, ""));
        return run("pg_ctl", List.of("start", "-s", "-D", cluster.toString(), "-l", log.toString(),
                "-w", "-t", START_SECONDS, "-o", options));
    }

    /** Stops the server by {@code mode}: fast (open transactions are rolled back) or immediate (as if it crashed). */
    boolean stop(Path cluster, String mode, int seconds) {
        return run("pg_ctl", List.of("stop", "-s", "-D", cluster.toString(),
                "-m", mode, "-w", "-t", Integer.toString(seconds)));
    }

    /**
     * Carries one statement out in a cluster whose server is stopped, where nobody has to log in; whether it succeeded,
     * the log says.
     */
    boolean alone(Path cluster, String statement) {
        // Not as an argument: those of a process are for everybody on the machine to see. Nor in the log, if it fails.
        return run("postgres", List.of("--single", "-D", cluster.toString(), "-c", "log_statement=none", "-c",
                "log_min_error_statement=panic", "postgres"), statement + "\n");
    }

    private boolean run(String program, List<String> arguments) {
        return run(program, arguments, "");
    }

    private boolean run(String program, List<String> arguments, String input) {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            // PostgreSQL refuses to run as root; in a user namespace of its own it is not root.
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(bin.resolve(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // PGDATA, PGPORT and the like would speak of someone else's server.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        try {
            Process process = builder.start();
            try (OutputStream toIt = process.getOutputStream()) {
                toIt.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It has ended already: its status says more than a broken pipe.
                return process.waitFor() == 0 && input.isEmpty();
            }
            return process.waitFor() == 0;
        } catch (IOException e) {
            throw new EmbeddedServerFailure("Cannot run " + command.get(0) + " for PostgreSQL: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerFailure("Interrupted while waiting for PostgreSQL's " + program, e);
        }
    }
}
