package io.agentdb.sync.postgres;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions of one node: those that write, and those that only read. */
@Configuration(proxyBeanMethods = false)
class TransactionConfiguration {

    @Bean
    @Primary
    TransactionTemplate transactions(PlatformTransactionManager manager) {
        return new TransactionTemplate(manager);
    }

    @Bean
    AsynchronousCommit asynchronousCommit(JdbcTemplate jdbc, TransactionTemplate transactions) {
        return new AsynchronousCommit(jdbc, transactions);
    }

    @Bean
    TransactionTemplate readOnly(PlatformTransactionManager manager) {
        TransactionTemplate readOnly = new TransactionTemplate(manager);
        readOnly.setReadOnly(true);
        return readOnly;
    }
}
