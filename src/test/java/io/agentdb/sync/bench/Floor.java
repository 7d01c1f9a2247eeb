package io.agentdb.sync.bench;

import io.agentdb.sync.memory.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The same rows from cluster to cluster by COPY alone, into tables with the same indexes and checks and without
 * triggers: what no synchronization that stores rows in PostgreSQL can fall below on this machine.
 */
public final class Floor {

    private final Connection from;
    private final Connection to;
    private final Carrier carrier;
    private long bytes;

    public Floor(Connection from, Connection to) {
        this(from, to, Pipe::copy);
    }

    /** With another way between the two. */
    public Floor(Connection from, Connection to, Carrier carrier) {
        this.from = from;
        this.to = to;
        this.carrier = carrier;
    }

    /** Seconds for all kinds. Leaves nothing behind. */
    public double seconds() throws SQLException {
        execute("set agentdb.applying = 'on'");
        for (Kind kind : Kind.ALL) {
            execute("create table floor_" + kind + " (like " + kind + " including all)");
        }
        execute("checkpoint");
        long start = System.nanoTime();
        for (Kind kind : Kind.ALL) {
            bytes += carrier.copy(from, kind.toString(), to, "floor_" + kind);
        }
        double seconds = Stopwatch.secondsSince(start);
        for (Kind kind : Kind.ALL) {
            execute("drop table floor_" + kind);
        }
        execute("checkpoint");
        return seconds;
    }

    /** What has been copied so far, as COPY writes it. */
    public long bytes() {
        return bytes;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = to.createStatement()) {
            statement.execute(sql);
        }
    }
}
