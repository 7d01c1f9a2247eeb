package io.agentdb.sync.memory;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The database's refusals in our words: its own messages quote rows and SQL, which are nobody else's business. */
public final class Refusals {

    private static final Map<String, String> CLASSES = Map.of(
            "22", "has a value that the database cannot hold",
            "23", "breaks one of the database's rules",
            "54", "has a value that is too large for the database (a tag of more than about 2,700 bytes, for one)");

    private Refusals() {
    }

    /** @return empty if the failure is not the record's fault, so that a retry may help */
    public static Optional<MemoryException> explain(Kind kind, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null && sql.getSQLState().length() == 5) {
                Optional<MemoryException> refusal = refusal(kind, sql);
                // For a debugger; its message is shown to nobody.
                refusal.ifPresent(explained -> explained.initCause(failure));
                return refusal;
            }
        }
        return Optional.empty();
    }

    private static Optional<MemoryException> refusal(Kind kind, SQLException sql) {
        String what = CLASSES.get(sql.getSQLState().substring(0, 2));
        if (what == null) {
            return Optional.empty();
        }
        ServerErrorMessage details = sql instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        String constraint = details == null ? null : details.getConstraint();
        if ((kind.name() + "_size").equals(constraint)) {
            return Optional.of(Rules.tooLarge(0));
        }
        return Optional.of(new MemoryException("", "the record " + what
                + (constraint == null ? "" : " (" + constraint + ")") + " [" + sql.getSQLState() + "]"));
    }
}
