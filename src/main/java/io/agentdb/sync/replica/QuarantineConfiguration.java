package io.agentdb.sync.replica;

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
