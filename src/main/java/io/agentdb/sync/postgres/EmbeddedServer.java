package io.agentdb.sync.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running PostgreSQL of our own: durable, on the loopback interface, in a directory that nobody else may use meanwhile.
 *
 * <p>Thread-safe. Whatever state a crash left the directory in, {@link #start} ends the orphans and recovers; a server
 * that dies later is started again on the same port within seconds. {@link #close} stops it.
 */
final class EmbeddedServer implements AutoCloseable {

    static final String USER = "postgres";
    static final String DATABASE = "agentdb";

    private static final Logger log = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MILLIS = 200;

    private final DirectoryLock lock;
    private final Cluster cluster;
    private final Watchdog watchdog;
    private volatile int port;
    private volatile boolean closed;

    private EmbeddedServer(ServerSettings settings, DirectoryLock lock) {
        this.lock = lock;
        this.cluster = new Cluster(settings);
        this.port = settings.port();
        this.watchdog = new Watchdog(this::restartIfDead);
    }

    /**
     * Blocks until the server accepts connections.
     *
     * @throws DirectoryInUse if another node holds the directory
     * @throws EmbeddedServerFailure if PostgreSQL does not start, with its own words about why
     */
    static EmbeddedServer start(ServerSettings settings) {
        DirectoryLock lock = DirectoryLock.acquire(settings.directory());
        try {
            EmbeddedServer server = new EmbeddedServer(settings, lock);
            server.open(settings);
            return server;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private synchronized void open(ServerSettings settings) {
        try {
            cluster.stop();
            cluster.initialise();
            launch();
            createDatabase();
        } catch (RuntimeException e) {
            cluster.stop();
            throw e;
        }
        watchdog.begin();
        log.info("The embedded PostgreSQL keeps its data in {} and answers at {}?user={}",
                settings.directory(), jdbcUrl(), USER);
    }

    int port() {
        return port;
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + DATABASE;
    }

    /** The server's process, for whoever wants to end it rudely. */
    long pid() {
        return cluster.postmaster().orElseThrow();
    }

    /** Stops the server after rolling back what is open, and frees the directory. Does nothing the second time. */
    @Override
    public void close() {
        watchdog.end();
        closed = true;
        // Waits for a restart under way: stopped in its middle, it would leave a server that nobody owns.
        synchronized (this) {
            if (!lock.isHeld()) {
                return;
            }
            try {
                cluster.stop();
            } finally {
                lock.close();
            }
        }
        log.info("The embedded PostgreSQL is stopped");
    }

    private synchronized void restartIfDead() {
        if (closed || cluster.isRunning()) {
            return;
        }
        log.warn("The embedded PostgreSQL is gone; starting it again on port {}", port);
        launch();
        log.info("The embedded PostgreSQL runs again on port {}", port);
    }

    /** Several attempts: an orphan's port or shared memory may be freed a moment after its end. */
    private void launch() {
        boolean anyPort = port == 0;
        for (int attempt = 0; attempt < ATTEMPTS && !closed; attempt++) {
            if (attempt > 0) {
                Pause.millis(FIRST_PAUSE_MILLIS << attempt - 1);
            }
            cluster.stop();
            int candidate = anyPort ? freePort() : port;
            if (cluster.start(candidate)) {
                port = candidate;
                return;
            }
        }
        throw cluster.failure("does not start" + (anyPort ? "" : " on port " + port));
    }

    private void createDatabase() {
        PGSimpleDataSource maintenance = new PGSimpleDataSource();
        maintenance.setUrl("jdbc:postgresql://127.0.0.1:" + port + "/postgres");
        maintenance.setUser(USER);
        try (Connection connection = maintenance.getConnection(); Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery(
                    "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("CREATE DATABASE " + DATABASE);
        } catch (SQLException e) {
            throw new EmbeddedServerFailure("The embedded PostgreSQL has no database for us: " + e.getMessage(), e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
