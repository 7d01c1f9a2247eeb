package io.agentdb.sync.bench;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** Rows from one cluster to another, by binary COPY. */
public final class Pipe {

    private Pipe() {
    }

    /**
     * Blocks until all rows have been handed over; whoever opened a transaction there commits it.
     *
     * @param source a table, or a query in parentheses
     * @return the bytes, as COPY writes them
     */
    public static long copy(Connection from, String source, Connection to, String table) throws SQLException {
        CopyOut out = from.unwrap(PGConnection.class).getCopyAPI()
                .copyOut("copy " + source + " to stdout (format binary)");
        CopyIn in = to.unwrap(PGConnection.class).getCopyAPI()
                .copyIn("copy " + table + " from stdin (format binary)");
        long bytes = 0;
        for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
            in.writeToCopy(row, 0, row.length);
            bytes += row.length;
        }
        in.endCopy();
        return bytes;
    }
}
