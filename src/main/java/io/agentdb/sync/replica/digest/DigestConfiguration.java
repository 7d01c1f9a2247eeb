package io.agentdb.sync.replica.digest;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** What this node holds, in numbers and in digests that two nodes can compare. */
@Configuration(proxyBeanMethods = false)
class DigestConfiguration {

    @Bean
    NodeCounts inventory(JdbcTemplate jdbc, @Qualifier("readOnly") TransactionTemplate readOnly) {
        return new NodeCounts(jdbc, readOnly);
    }

    @Bean
    RangeDigests rangeDigests(JdbcTemplate jdbc, @Qualifier("readOnly") TransactionTemplate readOnly) {
        return new RangeDigests(jdbc, readOnly);
    }
}
