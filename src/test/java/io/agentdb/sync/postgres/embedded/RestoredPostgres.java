package io.agentdb.sync.postgres.embedded;

import static org.awaitility.Awaitility.await;

import io.agentdb.sync.home.TestProcess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A PostgreSQL that is put back to what it was, in every way in which people do that, under one address. A dump is made
 * as {@code pg_dump} makes it, of what COPY gives and of the sequences. One thread.
 */
public final class RestoredPostgres implements AutoCloseable {

    /** What was saved: rows as text, or a data directory. */
    public record Saved(Map<String, byte[]> rows, long counter, Path directory) { }

    private final Path root;
    private final StoppablePostgres postgres;
    private int number;

    public RestoredPostgres() throws IOException {
        root = Files.createTempDirectory(Files.createDirectories(TestProcess.directory("restored-postgres")), "run-");
        postgres = new StoppablePostgres(Files.createDirectory(root.resolve("server")));
    }

    public String url() {
        return postgres.url();
    }

    public JdbcTemplate jdbc() {
        return postgres.jdbc();
    }

    /** Starts the server again. */
    public void restart() {
        postgres.stop();
        postgres.start();
    }

    public Saved dump() {
        JdbcTemplate jdbc = jdbc();
        Map<String, byte[]> rows = new LinkedHashMap<>();
        copying(jdbc, connection -> {
            for (String table : tables(jdbc)) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                connection.getCopyAPI().copyOut("copy " + table + " to stdout", out);
                rows.put(table, out.toByteArray());
            }
        });
        return new Saved(rows, jdbc.queryForObject("select last_value from agentdb_counter", Long.class), null);
    }

    /** Restores into the same database, emptied. */
    public void restoreOver(Saved saved) {
        fill(jdbc(), saved);
    }

    /** Restores into a database that is made for it, and takes the place of the former one. */
    public void restoreIntoANewDatabase(Saved saved) {
        String fresh = "fresh_" + ++number;
        maintenance().execute("create database " + fresh);
        String url = url().replace("/" + NodeDatabase.NAME + "?", "/" + fresh + "?");
        PGSimpleDataSource database = DataSourceBuilder.create().type(PGSimpleDataSource.class).url(url).build();
        Flyway.configure().dataSource(database).load().migrate();
        fill(new JdbcTemplate(database), saved);
        takeThePlace(fresh);
    }

    /** Restores into another cluster, which takes the place of the former one. */
    public void restoreIntoANewServer(Saved saved) {
        postgres.stop();
        delete(root.resolve("server/postgres"));
        postgres.start();
        Flyway.configure().dataSource(jdbc().getDataSource()).load().migrate();
        restoreOver(saved);
    }

    /** A database that was made of this one as its template takes its place. */
    public void replaceByAClone() {
        String clone = "clone_" + ++number;
        disconnectAll();
        maintenance().execute("create database " + clone + " template " + NodeDatabase.NAME);
        takeThePlace(clone);
    }

    /** Copies the data directory, as it is when the server has stopped. */
    public Saved copyDirectory() {
        postgres.stop();
        Path copy = root.resolve("copy-" + ++number);
        copy(root.resolve("server/postgres"), copy);
        postgres.start();
        return new Saved(Map.of(), 0, copy);
    }

    /**
     * @param promoted whether the copy becomes a primary of its own, on another timeline, as a standby does that had
     *     got so far
     */
    public void putBack(Saved saved, boolean promoted) {
        postgres.stop();
        Path cluster = root.resolve("server/postgres");
        delete(cluster);
        copy(saved.directory(), cluster);
        if (promoted) {
            write(cluster.resolve("recovery.signal"), "");
            write(cluster.resolve("postgresql.auto.conf"), "\nrestore_command = 'false'\n");
        }
        postgres.start();
        await().ignoreExceptions().until(() -> !jdbc().queryForObject("select pg_is_in_recovery()", Boolean.class));
    }

    @Override
    public void close() throws IOException {
        postgres.stop();
        Directories.delete(root);
    }

    private static void fill(JdbcTemplate jdbc, Saved saved) {
        copying(jdbc, connection -> {
            JdbcTemplate here = new JdbcTemplate(new org.springframework.jdbc.datasource.SingleConnectionDataSource(
                    (Connection) connection, true));
            here.execute("begin; set local session_replication_role = replica");
            saved.rows().keySet().forEach(table -> here.execute("delete from " + table));
            for (Map.Entry<String, byte[]> table : saved.rows().entrySet()) {
                connection.getCopyAPI().copyIn("copy " + table.getKey() + " from stdin",
                        new ByteArrayInputStream(table.getValue()));
            }
            here.execute("select setval('agentdb_counter', " + saved.counter() + ")");
            here.execute("commit");
        });
    }

    private interface Copying {
        void with(PGConnection connection) throws SQLException, IOException;
    }

    private static void copying(JdbcTemplate jdbc, Copying work) {
        try (Connection connection = jdbc.getDataSource().getConnection()) {
            work.with(connection.unwrap(PGConnection.class));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> tables(JdbcTemplate jdbc) {
        return jdbc.queryForList("""
                select tablename from pg_tables where schemaname = 'public' and tablename <> 'flyway_schema_history'
                    order by 1""", String.class);
    }

    private JdbcTemplate maintenance() {
        return new JdbcTemplate(DataSourceBuilder.create().type(PGSimpleDataSource.class)
                .url(url().replace("/" + NodeDatabase.NAME + "?", "/postgres?")).build());
    }

    private void takeThePlace(String database) {
        disconnectAll();
        JdbcTemplate maintenance = maintenance();
        maintenance.execute("drop database " + NodeDatabase.NAME);
        maintenance.execute("alter database " + database + " rename to " + NodeDatabase.NAME);
        maintenance.execute("alter database " + NodeDatabase.NAME + " allow_connections true");
    }

    /** A node that lives would be back at once. */
    private void disconnectAll() {
        JdbcTemplate maintenance = maintenance();
        maintenance.execute("alter database " + NodeDatabase.NAME + " allow_connections false");
        maintenance.queryForList("select pg_terminate_backend(pid) from pg_stat_activity where datname = '"
                + NodeDatabase.NAME + "'");
        await().until(() -> maintenance.queryForObject("select count(*) = 0 from pg_stat_activity where datname = '"
                + NodeDatabase.NAME + "'", Boolean.class));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            all.forEach(each((Path file) -> Files.copy(file, to.resolve(from.relativize(file)))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface OnFile {
        void with(Path file) throws IOException;
    }

    private static Consumer<Path> each(OnFile work) {
        return file -> {
            try {
                work.with(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static void delete(Path directory) {
        try {
            Directories.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
