package io.agentdb.sync.postgres;

import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.health.DataSourceHealthIndicator;
import org.springframework.stereotype.Component;

/** {@code /actuator/health/db}: Spring Boot's own check, which waits as long as the pool does, in time. */
@Component("dbHealthIndicator")
@ConditionalOnEnabledHealthIndicator("db")
class DatabaseHealth implements HealthIndicator {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final PromptHealth check;

    DatabaseHealth(DataSource dataSource) {
        check = new PromptHealth(new DataSourceHealthIndicator(dataSource), PATIENCE,
                Health.down().withDetail("reason", "the database has not answered within " + PATIENCE.toSeconds() + " s").build());
    }

    @Override
    public Health health() {
        return check.health();
    }
}
