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

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final DataSource dataSource;

    PeerLock(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Waits for the lock; empty when another run still has it after {@code patience}. */
    public Optional<Held> acquire(NodeId node, Duration patience) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            if (!execute(connection, "select pg_try_advisory_lock(%s)", node.name())) {
                setTimeout(connection, Math.max(1, patience.toMillis()) + "ms");
                execute(connection, "select pg_advisory_lock(%s) is not null", node.name());
                setTimeout(connection, "0");
            }
            return Optional.of(() -> release(connection, node));
        } catch (SQLException e) {
            // Closed even if it is the connection that failed: the pool would else have one less after each failure.
            try (connection) {
                if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                    setTimeout(connection, "0");
                    return Optional.empty();
                }
            }
            throw e;
        }
    }

    private static void release(Connection connection, NodeId node) {
        try (connection) {
            execute(connection, "select pg_advisory_unlock(%s)", node.name());
        } catch (SQLException e) {
            // The connection is gone, and the lock with it.
        }
    }

    private static void setTimeout(Connection connection, String timeout) throws SQLException {
        ask(connection, "select set_config('lock_timeout', ?, false) is not null", timeout);
    }

    /** @param sql what is done with the lock's number */
    private static boolean execute(Connection connection, String sql, String node) throws SQLException {
        return ask(connection, sql.formatted("hashtextextended('agentdb.sync:' || ?, 0)"), node);
    }

    private static boolean ask(Connection connection, String sql, String argument) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, argument);
            try (ResultSet answer = statement.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        }
    }
}
