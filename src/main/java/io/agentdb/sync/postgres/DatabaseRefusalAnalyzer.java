package io.agentdb.sync.postgres;

import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * What to do about a database of one's own that the node cannot work with when it starts: by SQLSTATE, PostgreSQL's
 * appendix A. Created by Spring Boot, from spring.factories.
 */
final class DatabaseRefusalAnalyzer extends AbstractFailureAnalyzer<SQLException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException outermost) {
        SQLException cause = innermost(outermost);
        String words = Objects.requireNonNullElse(cause.getMessage(), "");
        String action = words.contains("unsupported startup parameter")
                ? "PgBouncer is in between: set ignore_startup_parameters = extra_float_digits and pool_mode ="
                + " session in it."
                : action(cause.getSQLState() == null ? "" : cause.getSQLState());
        return action == null ? null : new FailureAnalysis(
                "The node cannot work with the database of spring.datasource.url: "
                        + words.lines().findFirst().orElse("") + " (SQLSTATE " + cause.getSQLState() + ")", action,
                                cause);
    }

    private static @Nullable String action(String state) {
        if (state.startsWith("08")) {
            return "Check host and port in spring.datasource.url, whether the server is up, and whether a network"
                    + " policy or TLS (sslmode," + " sslrootcert) is in between.";
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

    /** The pool's own exception says that it waited; the server's says why. */
    private static SQLException innermost(SQLException outermost) {
        SQLException last = outermost;
        for (Throwable cause = outermost; cause != null; cause = cause.getCause()) {
            last = cause instanceof SQLException sql && sql.getSQLState() != null ? sql : last;
        }
        return last;
    }
}
