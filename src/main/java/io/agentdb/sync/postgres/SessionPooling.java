package io.agentdb.sync.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Tells whether a pooler in between, such as PgBouncer, gives a connection another session for each transaction.
 * Prepared statements, advisory locks and settings would then be another's, and every other request would fail.
 */
final class SessionPooling {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final String ACTION =
            "Set pool_mode = session for this database in PgBouncer (pgbouncer.ini, [databases]), with a pool_size"
            + " of at least spring.datasource.hikari.maximum-pool-size for each process of the node; or connect to"
            + " PostgreSQL itself.";

    private SessionPooling() {
    }

    /**
     * Two connections are in a transaction at once, so that each has a session of its own, and then one of them is
     * again, in whose place a pooler gives the session that was given back last, or first: both are tried. No promise
     * that every pooler is found out; never one where there is none.
     *
     * @throws UnsuitableDatabase if there is such a pooler
     */
    static void check(Connection one, Connection other) throws SQLException {
        boolean ones = one.getAutoCommit();
        boolean others = other.getAutoCommit();
        int waitsOf = other.getNetworkTimeout();
        one.setAutoCommit(false);
        other.setAutoCommit(false);
        // Where the pooler has one session for all, the second waits for the first.
        other.setNetworkTimeout(Runnable::run, PATIENCE_MILLIS);
        try {
            int first = session(one);
            int second = session(other);
            one.commit();
            other.commit();
            requireSame(first, session(one));
            requireSame(second, session(other));
            other.commit();
            one.commit();
            requireSame(first, session(one));
            one.commit();
            other.setNetworkTimeout(Runnable::run, waitsOf);
            one.setAutoCommit(ones);
            other.setAutoCommit(others);
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).contains("statement pooling")) {
                throw new UnsuitableDatabase("The pooler in front of the database allows no transactions: "
                        + DatabaseFailure.words(e), ACTION);
            }
            throw e;
        }
    }

    private static void requireSame(int before, int now) {
        if (before != now) {
            throw new UnsuitableDatabase(
                    "Between the node and its database something gives each transaction another session, as PgBouncer"
                    + " does" + " with pool_mode = transaction.", ACTION);
        }
    }

    private static int session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }
}
