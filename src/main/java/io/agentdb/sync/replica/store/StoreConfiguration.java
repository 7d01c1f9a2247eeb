package io.agentdb.sync.replica.store;

import io.agentdb.sync.postgres.DatabaseStep;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The tables as replication writes them. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean
    PostgresTransactions postgresTransactions(JdbcTemplate jdbc, TransactionTemplate transactions) {
        return new PostgresTransactions(jdbc, transactions);
    }

    @Bean
    PostgresVersions postgresVersions(JdbcTemplate jdbc) {
        return new PostgresVersions(jdbc);
    }

    @Bean
    Additions additions(JdbcTemplate jdbc) {
        return new Additions(jdbc);
    }

    @Bean
    @Order(6)
    DatabaseStep warningOfAdditions(Additions additions) {
        return additions::warn;
    }
}
