package io.agentdb.sync.replica.edit;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** How what people decide comes into the tables. */
@Configuration(proxyBeanMethods = false)
class EditConfiguration {

    @Bean
    RevisionEditor revisionEditor(Transactions transactions, VersionStore versions, LocalNode self) {
        return new RevisionEditor(transactions, versions, self);
    }

    @Bean
    Restamping restamping(JdbcTemplate jdbc, Transactions transactions, VersionStore versions, LocalNode self) {
        return new Restamping(jdbc, transactions, versions, self);
    }
}
