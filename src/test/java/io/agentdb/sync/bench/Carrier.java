package io.agentdb.sync.bench;

import java.sql.Connection;
import java.sql.SQLException;

/** A way of rows from one cluster to another. */
public interface Carrier {

    /**
     * Blocks until all rows have been handed over; whoever opened a transaction there commits it.
     *
     * @param source a table, or a query in parentheses
     * @return the bytes, as COPY writes them
     */
    long copy(Connection from, String source, Connection to, String table) throws SQLException;
}
