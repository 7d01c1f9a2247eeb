package io.agentdb.sync.node;

import io.agentdb.sync.home.NodeHome;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Who this node is, and whom it has met. */
@Configuration(proxyBeanMethods = false)
class NodeConfiguration {

    @Bean
    @DependsOnDatabaseInitialization
    NodeIdentity nodeIdentity(JdbcTemplate jdbc, TransactionTemplate transactions, NodeHome home) {
        return new NodeIdentity(jdbc, transactions, home.nodeId());
    }

    @Bean
    Nodes nodes(JdbcTemplate jdbc) {
        return new Nodes(jdbc);
    }

    @Bean
    MeetingStore meetingStore(JdbcTemplate jdbc) {
        return new PostgresMeetings(jdbc);
    }
}
