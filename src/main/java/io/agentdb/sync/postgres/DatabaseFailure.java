package io.agentdb.sync.postgres;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What a failure of the database comes from. */
public final class DatabaseFailure {

    /** PostgreSQL, appendix A. */
    private static final String DISK_FULL = "53100";
    private static final String READ_ONLY = "25006";
    /** A prepared statement that nobody has prepared in this session, or somebody has already. */
    private static final Set<String> ANOTHERS_SESSION = Set.of("26000", "42P05");
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    /** Connections, logins, resources, a server that stops or starts; no such database; read-only. */
    private static final Set<String> PASSING = Set.of("08", "28", "53", "57P", "3D000", READ_ONLY);

    private DatabaseFailure() {
    }

    /** Whether the database's disk is full: nobody but its operator can do anything about that. */
    public static boolean isDiskFull(Throwable failure) {
        return has(failure, DISK_FULL::equals);
    }

    /** Whether the database takes no writes for now, by a setting or as a standby. */
    public static boolean isReadOnly(Throwable failure) {
        return has(failure, READ_ONLY::equals);
    }

    /** Whether somebody has held a lock for longer than was waited for it. */
    public static boolean isLockTimeout(Throwable failure) {
        return has(failure, LOCK_NOT_AVAILABLE::equals);
    }

    /** What its operator has to know of a failure that does not pass by itself. */
    public static Optional<String> remedy(Throwable failure) {
        if (isDiskFull(failure)) {
            return Optional.of("the disk of this node's database is full: free space on it");
        }
        if (isReadOnly(failure)) {
            return Optional.of(
                    "this node's database is read-only (default_transaction_read_only, or a standby): make it"
                    + " writable again");
        }
        return has(failure, ANOTHERS_SESSION::contains) ? Optional.of(
                "this node's database gives a connection another's session: a pooler"
                        + " such as PgBouncer in front of it has to work in session mode") : Optional.empty();
    }

    /**
     * Whether it may pass while a node waits that is to start: the database is not there yet, or its user, or too many
     * want something of it. An operator of Kubernetes makes all of these one after the other.
     */
    static boolean mayPass(Throwable failure) {
        return has(failure, state -> PASSING.stream().anyMatch(state::startsWith))
                || failure instanceof UnsuitableDatabase unsuitable && unsuitable.mayPass()
                || isTransient(failure);
    }

    /** As the driver or the pool sees it, without a state: nothing has answered in time. */
    private static boolean isTransient(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientException) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(Throwable failure, Predicate<String> state) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null && state.test(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /**
     * One line of the deepest cause that says anything: a broken connection's says nothing. PostgreSQL's further lines
     * quote statements and values.
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
