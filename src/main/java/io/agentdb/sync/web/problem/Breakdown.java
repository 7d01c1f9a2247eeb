package io.agentdb.sync.web.problem;

import io.agentdb.sync.postgres.DatabaseFailure;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/**
 * A failure that is not the caller's, as the caller is told: what the database cannot do now, or what nobody foresaw.
 * The log has the rest.
 *
 * @param incident under which the log has it; empty where it is the database
 */
public record Breakdown(Cause cause, String words, Optional<String> incident) {

    /** Whose it is. */
    public enum Cause { DISK_FULL, DATABASE, UNFORESEEN }

    private static final Logger LOG = LoggerFactory.getLogger(Breakdown.class);

    /**
     * Logs it.
     *
     * @param repeating how this caller can repeat what may have been done, as the end of a sentence
     */
    public static Breakdown of(Throwable failure, String repeating) {
        if (!isDatabase(failure)) {
            String incident = UUID.randomUUID().toString();
            LOG.error("Incident {}", incident, failure);
            return new Breakdown(Cause.UNFORESEEN, "This should not have happened. The service's log says more about"
                    + " incident " + incident + ".", Optional.of(incident));
        }
        LOG.warn("The database did not do what was asked: {}", DatabaseFailure.words(failure));
        if (DatabaseFailure.isDiskFull(failure)) {
            return new Breakdown(Cause.DISK_FULL, "The database's disk is full, and what was being written is not"
                    + " stored. Free space on it, then repeat the request; of an import, an earlier part may be stored"
                    + " already.", Optional.empty());
        }
        return new Breakdown(Cause.DATABASE, DatabaseFailure.remedy(failure)
                .map(remedy -> "What was being written is not stored: " + remedy + ".")
                .orElse("The database cannot be reached or is too busy. A write may or may not have been done; "
                        + repeating + "."), Optional.empty());
    }

    private static boolean isDatabase(Throwable failure) {
        if (failure instanceof CannotCreateTransactionException || failure instanceof TransactionSystemException
                || failure instanceof RecoverableDataAccessException) {
            return true;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DataAccessResourceFailureException || cause instanceof TransientDataAccessException
                    || cause instanceof SQLException && DatabaseFailure.remedy(cause).isPresent()) {
                return true;
            }
        }
        return false;
    }
}
