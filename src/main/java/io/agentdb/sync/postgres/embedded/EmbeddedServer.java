package io.agentdb.sync.postgres.embedded;

import io.agentdb.sync.home.DirectoryInUse;
import io.agentdb.sync.home.DirectoryLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running PostgreSQL of our own: durable, on the loopback interface, in a directory that nobody else may use
 * meanwhile.
 *
 * <p>Thread-safe. Whatever state a crash left the directory in, {@link #start} ends the orphans and recovers; a server
 * that dies later is started again on the same port within seconds. {@link #close} stops it.
 */
final class EmbeddedServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MILLIS = 200;

    private final DirectoryLock lock;
    private final Cluster cluster;
    private final ClusterDoor door;
    private final Watchdog watchdog;
    private volatile int port;
    private volatile boolean closed;

    private EmbeddedServer(EmbeddedServerSettings settings, DirectoryLock lock) {
        this.lock = lock;
        this.cluster = new Cluster(settings);
        this.door = ClusterDoor.of(settings);
        this.port = settings.port();
        this.watchdog = new Watchdog(this::restartIfDead);
    }

    /**
     * Blocks until the server accepts connections.
     *
     * @throws DirectoryInUse if another node holds the directory
     * @throws EmbeddedServerFailure if PostgreSQL does not start, with its own words about why
     */
    static EmbeddedServer start(EmbeddedServerSettings settings) {
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

    private synchronized void open(EmbeddedServerSettings settings) {
        try {
            cluster.stop();
            cluster.initialise(door);
            launch();
            prepareDatabase();
        } catch (RuntimeException e) {
            cluster.stop();
            throw e;
        }
        watchdog.begin();
        log.info("The embedded PostgreSQL keeps its data in {}; psql and pg_dump find it at"
                + " 'postgresql://{}@127.0.0.1:{}/{}?passfile={}'", settings.directory(), ClusterDoor.NODE, port,
                        NodeDatabase.NAME, door.passfile());
    }

    int port() {
        return port;
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + NodeDatabase.NAME;
    }

    /** The role that owns the database, and nothing more. */
    Login node() {
        return door.node();
    }

    Login superuser() {
        return door.superuser();
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

    private void prepareDatabase() {
        try {
            try {
                NodeDatabase.prepare(port, door);
            } catch (SQLException e) {
                if (!isLogin(e)) {
                    throw e;
                }
                // Of a release that knew no passwords; or the file was lost, or the start that was to set it was.
                log.info("The embedded PostgreSQL does not know the superuser's password, and gets it while it is"
                        + " stopped");
                cluster.stop();
                cluster.resetSuperuser(door);
                launch();
                NodeDatabase.prepare(port, door);
            }
        } catch (SQLException e) {
            throw new EmbeddedServerFailure("The embedded PostgreSQL has no database for us: " + e.getMessage(), e);
        }
    }

    /** PostgreSQL, appendix A: class 28. */
    private static boolean isLogin(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("28");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
