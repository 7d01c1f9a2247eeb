package io.agentdb.sync.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.health.DataSourceHealthIndicator;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * {@code /actuator/health/db}: Spring Boot's own check, which waits as long as the pool does, in time; and whether
 * writes are taken.
 */
@Component("dbHealthIndicator")
@ConditionalOnEnabledHealthIndicator("db")
class DatabaseHealth implements HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(DatabaseHealth.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** Writes nothing and finds nothing, and is refused as any write is. */
    private static final String WRITABLE = "select count(*) from (select one from node where false for update) nothing";

    private final PromptHealth check;

    DatabaseHealth(DataSource dataSource) {
        check = new PromptHealth(new Writable(dataSource), PATIENCE,
                Health.down().withDetail("reason", "the database has not answered within " + PATIENCE.toSeconds()
                        + " s").build());
    }

    @Override
    public Health health() {
        return check.health();
    }

    /**
     * Where nobody asks for health, the pool would keep its read-only sessions for half an hour after the database is
     * writable again.
     */
    @Scheduled(fixedDelayString = "${agentdb.sync.lag-interval:15s}")
    void look() {
        health();
    }

    private static final class Writable extends DataSourceHealthIndicator {

        private final DataSource dataSource;

        Writable(DataSource dataSource) {
            super(dataSource, WRITABLE);
            this.dataSource = dataSource;
        }

        @Override
        protected void doHealthCheck(Health.Builder builder) throws Exception {
            try {
                super.doHealthCheck(builder);
            } catch (DataAccessException e) {
                // Thrown on, each probe would log it with its stack trace.
                builder.down().withDetail("reason", DatabaseFailure.remedy(e)
                        .orElseGet(() -> DatabaseFailure.words(e)));
                if (DatabaseFailure.isReadOnly(e)) {
                    replaceSessions();
                }
            }
        }

        /** A session keeps the setting with which it began, also when the database has another one since. */
        private void replaceSessions() {
            try {
                if (dataSource.isWrapperFor(HikariDataSource.class)) {
                    dataSource.unwrap(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
                }
            } catch (SQLException e) {
                log.debug("The pool's sessions cannot be replaced", e);
            }
        }
    }
}
