package io.agentdb.sync.replica;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** What this node knows of the writes of others. */
@Configuration(proxyBeanMethods = false)
class KnowledgeConfiguration {

    @Bean
    KnowledgeStore knowledgeStore(JdbcTemplate jdbc) {
        return new PostgresKnowledge(jdbc);
    }

    @Bean
    NodeKnowledge nodeKnowledge(KnowledgeStore store, ConflictSink conflicts, Quarantine quarantine, Unsent unsent, LocalNode self) {
        return new NodeKnowledge(store, SetAside.of(SetAside.of(conflicts, quarantine), unsent), self);
    }
}
