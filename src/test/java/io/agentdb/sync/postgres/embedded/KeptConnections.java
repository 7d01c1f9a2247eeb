package io.agentdb.sync.postgres.embedded;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Gives a connection that was closed to whoever asks next: a session of PostgreSQL reads the catalogue and compiles the
 * triggers anew, which takes longer than the statement it was opened for. Nobody closes the databases of tests, so all
 * of them together keep a few. Thread-safe.
 */
public final class KeptConnections extends DelegatingDataSource {

    private record Idle(KeptConnections of, Connection connection) { }

    private static final int MOST = 12;
    private static final Deque<Idle> IDLE = new ArrayDeque<>();

    public KeptConnections(DataSource database) {
        super(database);
    }

    @Override
    public Connection getConnection() throws SQLException {
        for (Connection idle = take(); idle != null; idle = take()) {
            // Tests end sessions, and servers.
            if (idle.isValid(1)) {
                return lent(idle);
            }
            idle.close();
        }
        return lent(super.getConnection());
    }

    private @Nullable Connection take() {
        synchronized (IDLE) {
            for (Iterator<Idle> all = IDLE.descendingIterator(); all.hasNext();) {
                Idle idle = all.next();
                if (idle.of() == this) {
                    all.remove();
                    return idle.connection();
                }
            }
            return null;
        }
    }

    private Connection lent(Connection connection) {
        boolean[] closed = {false};
        return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(), new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "close":
                            if (!closed[0]) {
                                closed[0] = true;
                                giveBack(connection);
                            }
                            return null;
                        case "isClosed":
                            return closed[0] || connection.isClosed();
                        default:
                            try {
                                return method.invoke(connection, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getTargetException();
                            }
                    }
                });
    }

    private void giveBack(Connection connection) throws SQLException {
        if (connection.isClosed()) {
            return;
        }
        if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        Connection eldest;
        synchronized (IDLE) {
            IDLE.addLast(new Idle(this, connection));
            eldest = IDLE.size() > MOST ? IDLE.removeFirst().connection() : null;
        }
        if (eldest != null) {
            eldest.close();
        }
    }
}
