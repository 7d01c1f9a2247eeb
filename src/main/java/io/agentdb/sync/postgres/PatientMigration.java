package io.agentdb.sync.postgres;

import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

/**
 * Migrates while others work on the database, such as the processes of the release before. A migration waits for a
 * table's lock for a short time only ({@code lock_timeout} in its script), since everybody who comes after it waits
 * too; when it was in vain, the others go first, and it is tried again.
 */
public final class PatientMigration implements FlywayMigrationStrategy {

    private static final Logger log = LoggerFactory.getLogger(PatientMigration.class);

    private final RetryTemplate retry;

    public PatientMigration(int tries, Duration pause) {
        this.retry = new RetryTemplate(RetryPolicy.builder().maxRetries(tries - 1L).delay(pause)
                .predicate(PatientMigration::inVain).build());
    }

    @Override
    public void migrate(Flyway flyway) {
        try {
            retry.execute(flyway::migrate);
        } catch (RetryException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new FlywayException(e.getMessage(), e);
        }
    }

    private static boolean inVain(Throwable failure) {
        boolean inVain = DatabaseFailure.isLockTimeout(failure);
        if (inVain) {
            log.warn("The database is migrated later: somebody holds a table for longer than a migration may make"
                    + " others wait." + " A long transaction? {}", DatabaseFailure.words(failure));
        }
        return inVain;
    }
}
