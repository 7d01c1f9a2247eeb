package io.agentdb.sync.postgres;

import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why the database cannot be used, by SQLSTATE (PostgreSQL, appendix A).
 *
 * @param words one line, PostgreSQL's or the driver's
 * @param state null if nobody has said one
 * @param action what to do about it; null if that is not known
 */
record DatabaseRefusal(String words, @Nullable String state, @Nullable String action) {

    /** Empty if no database had a part in it. */
    static Optional<DatabaseRefusal> of(Throwable failure) {
        // The pool's own exception says that it waited; the server's says why.
        SQLException last = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            last = cause instanceof SQLException sql && (last == null || sql.getSQLState() != null) ? sql : last;
        }
        return Optional.ofNullable(last).map(DatabaseRefusal::of);
    }

    private static DatabaseRefusal of(SQLException cause) {
        String words = Objects.requireNonNullElse(cause.getMessage(), "");
        String state = cause.getSQLState();
        return new DatabaseRefusal(words.lines().findFirst().orElse(""), state,
                words.contains("unsupported startup parameter")
                        ? "PgBouncer is in between: set ignore_startup_parameters = extra_float_digits and pool_mode ="
                        + " session in it." : action(state == null ? "" : state));
    }

    private static @Nullable String action(String state) {
        if (state.startsWith("08")) {
            return "Check host and port in spring.datasource.url, whether the server is up, and whether a network"
                    + " policy or TLS (sslmode, sslrootcert) is in between.";
        }
        if (state.startsWith("28")) {
            return "Check spring.datasource.username and spring.datasource.password, and what the server's"
                    + " pg_hba.conf lets in.";
        }
        return switch (state) {
            case "3D000" -> "Create the database, owned by the node's user, or name another one in"
                    + " spring.datasource.url.";
            case "42501" -> "The migrations need a user who owns the database: alter database <name> owner to <user>.";
            default -> null;
        };
    }
}
