package io.agentdb.sync.run;

import io.agentdb.sync.version.NodeId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * One run per peer at a time, across every process on the database: a session-level advisory lock on a connection of
 * its own.
 *
 * <p>It is on the peer's node, not on its name here: one node may have several, and of two runs that count meetings
 * with it the one whose number is heard last would be told that this node's database went back in time. Postgres frees
 * it when the process dies; a lease in a table would keep a killed node from synchronizing until it ran out. Losing the
 * connection in mid-run loses the lock.
 */
public final class PeerLock {

    /** Held while a run goes on. */
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /** How often a run that waits looks whether it is its turn: it could not hear that it is cancelled else. */
    private static final Duration STEP = Duration.ofMillis(100);

    private final DataSource dataSource;

    PeerLock(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Waits for the lock; empty when another run still has it after {@code patience}. */
    public Optional<Held> acquire(NodeId node, Duration patience) throws SQLException {
        return acquire(node, patience, new Cancellation());
    }

    /**
     * The same for a run that may be cancelled while it waits. Empty as well where the thread is interrupted, which
     * stays so.
     *
     * @throws Cancellation.RunCancelled if it is
     */
    public Optional<Held> acquire(NodeId node, Duration patience, Cancellation cancellation) throws SQLException {
        Connection connection = dataSource.getConnection();
        boolean held = false;
        try {
            long end = System.nanoTime() + patience.toNanos();
            held = ask(connection, "select pg_try_advisory_lock(%s)", node);
            while (!held && System.nanoTime() < end) {
                cancellation.check();
                cancellation.await(STEP);
                held = ask(connection, "select pg_try_advisory_lock(%s)", node);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            // The pool would else have one less after each failure.
            if (!held) {
                connection.close();
            }
        }
        return held ? Optional.of(() -> release(connection, node)) : Optional.empty();
    }

    private static void release(Connection connection, NodeId node) {
        try (connection) {
            ask(connection, "select pg_advisory_unlock(%s)", node);
        } catch (SQLException e) {
            // The connection is gone, and the lock with it.
        }
    }

    /** @param sql what is done with the lock's number */
    private static boolean ask(Connection connection, String sql, NodeId node) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                sql.formatted("hashtextextended('agentdb.sync:' || ?, 0)"))) {
            statement.setString(1, node.name());
            try (ResultSet answer = statement.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        }
    }
}
