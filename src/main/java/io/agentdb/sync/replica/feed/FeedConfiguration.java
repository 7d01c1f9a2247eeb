package io.agentdb.sync.replica.feed;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** What has been written here, in an order that readers can follow, and what is kept for them. */
@Configuration(proxyBeanMethods = false)
class FeedConfiguration {

    @Bean
    ChangeFeed changeFeed(JdbcTemplate jdbc, @Qualifier("readOnly") TransactionTemplate readOnly, Unsent unsent) {
        return new SendableFeed(new PostgresFeed(jdbc, readOnly), unsent);
    }

    @Bean
    CursorStore cursorStore(JdbcTemplate jdbc) {
        return new PostgresCursors(jdbc);
    }

    @Bean
    RemovedKeys removedKeys(JdbcTemplate jdbc, TransactionTemplate transactions) {
        return new RemovedKeys(jdbc, transactions);
    }
}
