package io.agentdb.sync.postgres.embedded;

import io.agentdb.sync.FreePort;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A node's directory as release 0.1.0 made and used it: a cluster that lets everybody on the machine in, as its
 * superuser.
 */
final class ClusterOfBefore implements AutoCloseable {

    private final Path directory;
    private final int port = FreePort.tcp();

    private ClusterOfBefore(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        run("pg_ctl", "start", "-s", "-D", cluster(directory), "-w", "-l", directory.resolve("before.log").toString(),
                "-o", "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off");
    }

    static ClusterOfBefore make(Path directory) throws IOException, InterruptedException {
        run("initdb", "-D", cluster(directory), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync");
        return start(directory);
    }

    /** Release 0.1.0 again, on a directory that the present one has used since. */
    static ClusterOfBefore start(Path directory) throws IOException, InterruptedException {
        return new ClusterOfBefore(directory);
    }

    DataSource connect(String database) {
        return new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:" + port + "/" + database, "postgres", "");
    }

    private static String cluster(Path directory) {
        return directory.resolve("postgres").toString();
    }

    private static void run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(LinuxUtils.isUnshareAvailable() ? List.of("unshare", "-U") : List.of());
        command.add(PostgresBinaries.unpack(TestPostgres.BINARIES).resolve("bin/" + program).toString());
        command.addAll(List.of(arguments));
        // A pipe would stay open as long as the server.
        if (new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start().waitFor() != 0) {
            throw new IllegalStateException(command + " failed");
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("pg_ctl", "stop", "-s", "-D", cluster(directory), "-m", "fast", "-w");
    }
}
