package io.agentdb.sync.bench;

import io.agentdb.sync.memory.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * The same rows from cluster to cluster by COPY alone, into tables with the same indexes and checks and without
 * triggers: what no synchronization that stores rows in PostgreSQL can fall below on this machine.
 */
final class Floor {

    private final Connection from;
    private final Connection to;

    Floor(Connection from, Connection to) {
        this.from = from;
        this.to = to;
    }

    /** Seconds for all kinds. Leaves nothing behind. */
    double seconds() throws SQLException {
        execute("set agentdb.applying = 'on'");
        for (Kind kind : Kind.ALL) {
            execute("create table floor_" + kind + " (like " + kind + " including all)");
        }
        execute("checkpoint");
        long start = System.nanoTime();
        for (Kind kind : Kind.ALL) {
            pipe(kind);
        }
        double seconds = Stopwatch.secondsSince(start);
        for (Kind kind : Kind.ALL) {
            execute("drop table floor_" + kind);
        }
        execute("checkpoint");
        return seconds;
    }

    private void pipe(Kind kind) throws SQLException {
        CopyOut out = from.unwrap(PGConnection.class).getCopyAPI()
                .copyOut("copy " + kind + " to stdout (format binary)");
        CopyIn in = to.unwrap(PGConnection.class).getCopyAPI()
                .copyIn("copy floor_" + kind + " from stdin (format binary)");
        for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
            in.writeToCopy(row, 0, row.length);
        }
        in.endCopy();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = to.createStatement()) {
            statement.execute(sql);
        }
    }
}
