package io.agentdb.sync.postgres;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What the database refuses about a record: tried again as it is, it is refused again. Everything else is a failure of
 * the database, and no record's fault. This is the one place that tells them apart, by SQLSTATE (PostgreSQL, appendix
 * A).
 *
 * @param constraint which one was violated; null if it is none
 * @param table whose constraint it is; null as well
 * @param words the database's own first line, which quotes neither statements nor rows
 */
public record Refused(String state, @Nullable String constraint, @Nullable String table, String words) {

    private static final String UNIQUE = "23505";
    private static final String RAISED = "P0001";

    /**
     * Classes that no record is to blame for: connection (08), transaction state (25: a read-only server), cached
     * plans, names and cursors (0A, 26, 34, 3B, 3D, 3F), logins (28), rollbacks for the sake of others (40), statements
     * and rights (42), resources such as a full disk (53), objects that are in use (55), shutdown and cancelling (57),
     * input and output (58), configuration and internal errors (F0, XX). Set aside for one of these, sound records
     * would leave the stream by the thousand. What is not here is about the values: data (22), constraints (23), limits
     * such as a row of an index (54), and whatever a trigger raises.
     */
    private static final Set<String> ENVIRONMENT = Set.of(
            "08", "0A", "25", "26", "28", "34", "3B", "3D", "3F", "40", "42", "53", "55", "57", "58", "F0", "XX");
    /**
     * Of those, what a faulty trigger of somebody's own makes as well: then it is about the rows for which that trigger
     * fires.
     */
    private static final Set<String> WRONG_CODE = Set.of("0A", "25", "34", "3F", "42");
    private static final Pattern FUNCTION = Pattern.compile("PL/\\w+[ -]\\w+ \"?(?:\\w+\\.)?(\\w+)");

    /** @return empty if the failure is not a record's fault, so that a retry may help */
    public static Optional<Refused> of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PSQLException sql && sql.getSQLState() != null && sql.getSQLState().length() == 5) {
                return of(sql.getSQLState(), sql.getServerErrorMessage(), sql);
            }
        }
        return Optional.empty();
    }

    private static Optional<Refused> of(String state, @Nullable ServerErrorMessage details, SQLException sql) {
        String group = state.substring(0, 2);
        if (ENVIRONMENT.contains(group) && !(WRONG_CODE.contains(group) && details != null
                && inForeignFunction(details.getWhere()))) {
            return Optional.empty();
        }
        return Optional.of(new Refused(state, details == null ? null : details.getConstraint(),
                details == null ? null : details.getTable(), DatabaseFailure.words(sql)));
    }

    /** Ours are called {@code agentdb_*}. */
    private static boolean inForeignFunction(@Nullable String where) {
        Matcher function = FUNCTION.matcher(where == null ? "" : where);
        return function.find() && !function.group(1).startsWith("agentdb_");
    }

    /**
     * Whether a row of that id is in the table: two writers made it at once, and the later one finds it when it looks
     * again.
     */
    public boolean sameId(String kind) {
        return state.equals(UNIQUE) && kind.equals(table) && (kind + "_pkey").equals(constraint);
    }

    /** Whether a trigger said so, in words that its author has chosen. */
    public boolean raised() {
        return state.equals(RAISED);
    }
}
