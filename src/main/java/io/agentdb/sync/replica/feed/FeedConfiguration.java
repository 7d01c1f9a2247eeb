package io.agentdb.sync.replica.feed;

import io.agentdb.sync.postgres.AsynchronousCommit;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionTemplate;

/** What has been written here, in an order that readers can follow, and what is kept for them. */
@Configuration(proxyBeanMethods = false)
class FeedConfiguration {

    @Bean
    ChangeFeed changeFeed(JdbcTemplate jdbc, @Qualifier("readOnly") TransactionTemplate readOnly, Unsent unsent) {
        return new SendableFeed(new PostgresFeed(jdbc, readOnly), unsent);
    }

    /** @param interval how often it looks for what others than this process have written */
    @Bean
    ChangeWatch changeWatch(DataSource dataSource, @Value("${agentdb.sync.live-interval:25ms}") Duration interval) {
        return new ChangeWatch(dataSource, interval);
    }

    /** Spring Boot tells it of every transaction of this process. */
    @Bean
    TransactionExecutionListener committed(ChangeWatch watch) {
        return new TransactionExecutionListener() {
            @Override
            public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
                if (!transaction.isReadOnly()) {
                    watch.look();
                }
            }
        };
    }

    @Bean
    CursorStore cursorStore(JdbcTemplate jdbc, AsynchronousCommit commit) {
        return new PostgresCursors(jdbc, commit);
    }

    @Bean
    Backlogs backlogs(ChangeFeed feed, CursorStore cursors) {
        return new Backlogs(feed, cursors);
    }

    @Bean
    RemovedKeys removedKeys(JdbcTemplate jdbc, TransactionTemplate transactions) {
        return new RemovedKeys(jdbc, transactions);
    }
}
