package io.agentdb.sync.postgres;

import java.sql.SQLException;

/** What a failure of the database comes from. */
public final class DatabaseFailure {

    /** PostgreSQL, appendix A. */
    private static final String DISK_FULL = "53100";

    private DatabaseFailure() {
    }

    /** Whether the database's disk is full: nobody but its operator can do anything about that. */
    public static boolean isDiskFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && DISK_FULL.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /**
     * One line of the deepest cause that says anything: a broken connection's says nothing. PostgreSQL's further lines quote statements and
     * values.
     */
    public static String words(Throwable failure) {
        String words = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
                words = cause.getMessage();
            }
        }
        return words.lines().findFirst().orElse("");
    }
}
