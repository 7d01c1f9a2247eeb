package io.agentdb.sync.review.quarantine;

import io.agentdb.sync.replica.apply.Quarantine;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** Where versions wait that could not be applied. */
@Configuration(proxyBeanMethods = false)
class QuarantineConfiguration {

    @Bean
    Quarantine quarantine(JdbcTemplate jdbc) {
        return new PostgresQuarantine(jdbc);
    }

    @Bean
    QuarantineTable quarantineTable(JdbcTemplate jdbc) {
        return new QuarantineTable(jdbc);
    }
}
