package io.agentdb.sync.mesh;

import io.agentdb.sync.coordinator.TestNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * One transaction of an agent that writes by SQL, on a connection of its own, and notes what each write did and what it
 * replaced. It waits for nobody's locks for long. Not thread-safe.
 */
final class MarkedWrites implements AutoCloseable {

    enum Change { PUT, UPDATE, DELETE }

    /**
     * A write, acknowledged once its transaction has committed.
     *
     * @param marker null for a delete
     * @param replaced the marker that it saw and wrote over; null if there was no record
     * @param context what the version has seen, its own write included, by actor
     */
    record Write(int node, Subject subject, String marker, String replaced, String actor, long counter,
            Map<String, Long> context) {
        @Override
        public String toString() {
            return (marker == null ? "delete" : marker) + " of " + subject.name() + " by " + actor + ":" + counter
                    + " on " + node + (replaced == null ? "" : " over " + replaced);
        }

        boolean seenBy(Map<String, Long> others) {
            return others.getOrDefault(actor, 0L) >= counter;
        }
    }

    /** Somebody else's lock or newer version was in the way; nothing of the transaction is left. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(Exception cause) {
            super(cause);
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int TRIES = 5;
    /** lock_not_available, deadlock_detected, serialization_failure. */
    private static final Set<String> IN_THE_WAY = Set.of("55P03", "40P01", "40001");

    private final int node;
    private final Connection connection;
    private final JdbcTemplate jdbc;
    private final List<Write> writes = new ArrayList<>();

    MarkedWrites(int node, TestNode on, boolean repeatableRead) throws SQLException {
        this.node = node;
        this.connection = on.jdbc().getDataSource().getConnection();
        this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
        // A transaction that the schedule holds open may have the lock; nobody but the schedule could end it.
        jdbc.execute("set lock_timeout = '200ms'");
        jdbc.execute("set application_name = 'schedule'");
        connection.setTransactionIsolation(repeatableRead ? Connection.TRANSACTION_REPEATABLE_READ
                : Connection.TRANSACTION_READ_COMMITTED);
        connection.setAutoCommit(false);
    }

    int node() {
        return node;
    }

    /** @return what it did, for the log */
    String write(Subject subject, Change change, String marker) throws Refused, SQLException {
        try {
            return change == Change.PUT ? put(subject, marker)
                    : overwrite(subject, change == Change.DELETE ? null : marker);
        } catch (DataAccessException e) {
            if (e.getMostSpecificCause() instanceof SQLException cause && IN_THE_WAY.contains(cause.getSQLState())) {
                connection.rollback();
                throw new Refused(cause);
            }
            throw e;
        }
    }

    /** @return what is acknowledged now */
    List<Write> commit() throws SQLException {
        connection.commit();
        return writes;
    }

    /** Rolls back what is not committed. */
    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.close();
    }

    private String put(Subject subject, String marker) {
        List<Object> values = new ArrayList<>(subject.keys());
        values.add(marker);
        values.add(metadata(marker));
        for (int i = 0; i < TRIES; i++) {
            if (jdbc.update(subject.insert(), values.toArray()) == 1) {
                return note(subject, marker, null);
            }
            // It may be deleted between the two statements.
            String done = overwrite(subject, marker);
            if (!done.isEmpty()) {
                return done;
            }
        }
        throw new IllegalStateException(subject.name() + " is neither here nor not here");
    }

    /** @return empty if there is no such record */
    private String overwrite(Subject subject, String marker) {
        List<String> seen = jdbc.queryForList("select " + subject.marked() + " from " + subject.kind()
                + " where id = ? for update", String.class, subject.id());
        if (seen.isEmpty()) {
            return "";
        }
        if (marker == null) {
            jdbc.update("delete from " + subject.kind() + " where id = ?", subject.id());
        } else {
            jdbc.update(subject.update(), marker, metadata(marker), subject.id());
        }
        return note(subject, marker, seen.get(0));
    }

    private String note(Subject subject, String marker, String replaced) {
        // After the statement: the context that an insert takes over from a tombstone comes by a later trigger.
        String sql = "select actor, counter, context from " + (marker == null ? "tombstones" : subject.kind())
                + " where id = ?";
        writes.add(jdbc.queryForObject(sql, (row, i) -> new Write(
                node, subject, marker, replaced, row.getString(1), row.getLong(2), context(row.getString(3))),
                        subject.id()));
        return (marker == null ? "delete " : "write ") + subject.name() + (replaced == null ? "" : " over " + replaced);
    }

    private static String metadata(String marker) {
        return "{\"%s\": \"%s\"}".formatted("k" + Math.floorMod(marker.hashCode(), 3), marker);
    }

    static Map<String, Long> context(String json) {
        Map<String, Long> context = new HashMap<>();
        JSON.readTree(json).properties().forEach(entry -> context.put(entry.getKey(), entry.getValue().asLong()));
        return context;
    }
}
