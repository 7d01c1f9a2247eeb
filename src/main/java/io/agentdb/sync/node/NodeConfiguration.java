package io.agentdb.sync.node;

import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.postgres.DatabaseStep;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Who this node is, and whom it has met. */
@Configuration(proxyBeanMethods = false)
class NodeConfiguration {

    @Bean
    NodeIdentity nodeIdentity(JdbcTemplate jdbc, TransactionTemplate transactions, NodeHome home) {
        return NodeIdentity.unsettled(jdbc, transactions, home.nodeId());
    }

    @Bean
    @Order(2)
    DatabaseStep settling(NodeIdentity identity) {
        return identity::settle;
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
