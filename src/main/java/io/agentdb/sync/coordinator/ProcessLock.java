package io.agentdb.sync.coordinator;

import io.agentdb.sync.postgres.DatabaseStep;
import io.agentdb.sync.postgres.SessionName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * That this process lives, for the others on its database to see: a session-level advisory lock on a connection of its
 * own.
 *
 * <p>Postgres frees it at once when the process dies. A heartbeat would be late by its timeout, and wrong about a
 * process that was only slow.
 */
@Component
@Order(3)
public class ProcessLock implements DatabaseStep, DisposableBean {

    /** The lock of a process, as SQL; its parameter is the process's id. */
    public static final String LOCK = "hashtextextended('agentdb.process:' || ?, 0)";

    private static final String ALONE = "(hashtextextended('agentdb.alone:' || ?, 0))";
    private static final String TAKE = "select pg_try_advisory_lock" + ALONE;
    private static final String GIVE = "select pg_advisory_unlock" + ALONE;
    private static final Logger log = LoggerFactory.getLogger(ProcessLock.class);
    private static final int PATIENCE_SECONDS = 2;

    private final UUID id = UUID.randomUUID();
    private final DataSource dataSource;
    /** Null while there is none. */
    private @Nullable Connection connection;
    private boolean seen;
    /** What this process alone may be at, and who is told that another one has taken it. */
    private final Map<String, Runnable> alone = new HashMap<>();

    ProcessLock(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Shows itself for the first time. */
    @Override
    public synchronized void take() throws SQLException {
        close();
        connection = show();
        seen = true;
    }

    /** Of this process, as long as it lives. */
    public UUID id() {
        return id;
    }

    /** Whether others have ever seen this process; else there is nothing of it in the database. */
    synchronized boolean wasSeen() {
        return seen;
    }

    /** Shows itself again if the connection was lost; until then others may take over what this process runs. */
    void keep() throws SQLException {
        takeAgain().forEach(Runnable::run);
    }

    /** @return to be told what another process has taken meanwhile */
    private synchronized List<Runnable> takeAgain() throws SQLException {
        List<Runnable> lost = new ArrayList<>();
        if (connection == null || !connection.isValid(PATIENCE_SECONDS)) {
            close();
            connection = show();
            log.info("The connection that shows that this process lives was lost, and is there again");
            for (String what : List.copyOf(alone.keySet())) {
                if (!ask(connection, TAKE, what)) {
                    lost.add(alone.remove(what));
                }
            }
        }
        return lost;
    }

    /**
     * Takes something on which only one process of this node may be, for as long as this one lives.
     *
     * @param lost called if another process has taken it while this one could not be seen
     * @return false if somebody has it, be it in this process
     */
    synchronized boolean takeAlone(String what, Runnable lost) throws SQLException {
        if (connection == null || alone.containsKey(what) || !ask(connection, TAKE, what)) {
            return false;
        }
        alone.put(what, lost);
        return true;
    }

    /** Whether another process has it. */
    synchronized boolean isTakenElsewhere(String what) throws SQLException {
        if (connection == null || alone.containsKey(what)) {
            return false;
        }
        boolean free = ask(connection, TAKE, what);
        return !free || !ask(connection, GIVE, what);
    }

    synchronized void giveBack(String what) {
        try {
            if (alone.remove(what) != null && connection != null) {
                ask(connection, GIVE, what);
            }
        } catch (SQLException e) {
            // The connection is gone, and the lock with it.
        }
    }

    private static boolean ask(Connection connection, String lock, String what) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(lock)) {
            statement.setString(1, what);
            try (ResultSet answer = statement.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        }
    }

    @Override
    public synchronized void destroy() {
        close();
    }

    private Connection show() throws SQLException {
        Connection shown = dataSource.getConnection();
        try (PreparedStatement statement = shown.prepareStatement("select pg_advisory_lock(" + LOCK + ")")) {
            statement.setString(1, id.toString());
            // Before there is a lock, with which a session that is given back would live on.
            SessionName.keep(shown, SessionName.Use.PROCESS_LOCK);
            statement.execute();
            return shown;
        } catch (SQLException e) {
            shown.close();
            throw e;
        }
    }

    private void close() {
        if (connection == null) {
            return;
        }
        // Given back to the pool, the connection would live on with the locks.
        try (Connection gone = connection;
                PreparedStatement statement = gone.prepareStatement("select pg_advisory_unlock_all()")) {
            connection = null;
            statement.execute();
            SessionName.giveBack(gone, SessionName.Use.PROCESS_LOCK);
        } catch (SQLException e) {
            // The connection is gone, and the lock with it.
        }
    }
}
