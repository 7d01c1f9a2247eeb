package io.agentdb.sync.replica.knowledge;

import io.agentdb.sync.postgres.AsynchronousCommit;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** What this node knows of the writes of others, and which deletions it has forgotten. */
@Configuration(proxyBeanMethods = false)
class KnowledgeConfiguration {

    @Bean
    KnowledgeStore knowledgeStore(JdbcTemplate jdbc, AsynchronousCommit commit) {
        return new PostgresKnowledge(jdbc, commit);
    }

    @Bean
    Tombstones tombstones(JdbcTemplate jdbc, TransactionTemplate transactions) {
        return new Tombstones(jdbc, transactions);
    }
}
