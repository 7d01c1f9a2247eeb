package io.agentdb.sync.bench.peers;

import io.agentdb.sync.bench.NodeProcess;
import io.agentdb.sync.bench.Stopwatch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;

/** A session that asks its cluster until something is visible there. One thread. */
final class Arrival implements AutoCloseable {

    /** Who has given up is silent: without an end, the benchmark would wait for it forever. */
    private static final double MOST_SECONDS = 1_800;

    private final Connection connection;
    private final PreparedStatement episode;

    Arrival(NodeProcess node) throws SQLException {
        connection = node.connect();
        episode = connection.prepareStatement("select from plain.episodes where id = ? and reward = ?");
    }

    /** With pauses: asked again and again without one, the database would answer this instead of taking rows in. */
    void await(LastRow last) throws SQLException {
        await(last, true);
    }

    /** Without pauses, which would be counted with the milliseconds that a single row takes. */
    void awaitAtOnce(LastRow last) throws SQLException {
        await(last, false);
    }

    /** @param query that has a row as soon as it is so */
    void await(String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            await(statement, true);
        }
    }

    private void await(LastRow last, boolean pausing) throws SQLException {
        episode.setObject(1, last.id());
        episode.setDouble(2, last.reward());
        await(episode, pausing);
    }

    private static void await(PreparedStatement statement, boolean pausing) throws SQLException {
        long start = System.nanoTime();
        while (!answers(statement)) {
            if (Stopwatch.secondsSince(start) > MOST_SECONDS) {
                throw new IllegalStateException("waited in vain for: " + statement);
            }
            if (pausing) {
                LockSupport.parkNanos(2_000_000);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private static boolean answers(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
