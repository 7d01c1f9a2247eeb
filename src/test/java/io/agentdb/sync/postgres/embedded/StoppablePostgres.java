package io.agentdb.sync.postgres.embedded;

import io.agentdb.sync.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A PostgreSQL of a test's own, which it stops or kills, and starts again on the same port. What it has acknowledged
 * outlives both. One thread.
 */
public final class StoppablePostgres implements AutoCloseable {

    private final Path directory;
    private final int port;
    private EmbeddedServer server;

    public StoppablePostgres() throws IOException {
        this(Files.createTempDirectory(Files.createDirectories(TestPostgres.ROOT), "run-"));
    }

    /** @param directory deleted in the end */
    public StoppablePostgres(Path directory) throws IOException {
        this.directory = directory;
        port = FreePort.tcp();
        start();
    }

    /** For {@code spring.datasource.url}. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + NodeDatabase.NAME + "?user=" + server.superuser().user()
                + "&password=" + server.superuser().password();
    }

    public JdbcTemplate jdbc() {
        return new JdbcTemplate(DataSourceBuilder.create().type(PGSimpleDataSource.class).url(url()).build());
    }

    public void start() {
        server = EmbeddedServer.start(new EmbeddedServerSettings(directory, port, TestPostgres.BINARIES, true));
    }

    /** Ends what is under way, with everything rolled back that is not committed. */
    public void stop() {
        server.close();
    }

    /** As if the machine had killed it: the next start recovers from the log. */
    public void kill() {
        ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
        server.close();
    }

    @Override
    public void close() throws IOException {
        stop();
        Directories.delete(directory);
    }
}
