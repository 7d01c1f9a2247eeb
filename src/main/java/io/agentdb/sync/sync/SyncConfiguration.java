package io.agentdb.sync.sync;

import io.agentdb.sync.postgres.NodeHome;
import io.agentdb.sync.quic.ClientSettings;
import io.agentdb.sync.quic.QuicClientPool;
import io.agentdb.sync.replica.ChangeApplier;
import io.agentdb.sync.replica.ChangeFeed;
import io.agentdb.sync.replica.ConflictSink;
import io.agentdb.sync.replica.CursorStore;
import io.agentdb.sync.replica.Inventory;
import io.agentdb.sync.replica.NodeIdentity;
import javax.sql.DataSource;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Wires the replication core to the database and to the network. */
@Configuration(proxyBeanMethods = false)
class SyncConfiguration {

    @Bean
    @DependsOnDatabaseInitialization
    NodeIdentity nodeIdentity(JdbcTemplate jdbc, PlatformTransactionManager transactions, NodeHome home) {
        return new NodeIdentity(jdbc, new TransactionTemplate(transactions), home.nodeId());
    }

    @Bean
    ChangeFeed changeFeed(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        TransactionTemplate readOnly = new TransactionTemplate(transactions);
        readOnly.setReadOnly(true);
        return new ChangeFeed(jdbc, readOnly);
    }

    @Bean
    Inventory inventory(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        TransactionTemplate readOnly = new TransactionTemplate(transactions);
        readOnly.setReadOnly(true);
        return new Inventory(jdbc, readOnly);
    }

    @Bean
    CursorStore cursorStore(JdbcTemplate jdbc) {
        return new CursorStore(jdbc);
    }

    @Bean
    ChangeApplier changeApplier(JdbcTemplate jdbc, PlatformTransactionManager transactions, CursorStore cursors,
            ConflictSink conflicts) {
        return new ChangeApplier(jdbc, new TransactionTemplate(transactions), cursors, conflicts);
    }

    @Bean
    Backlog backlog(ChangeFeed feed, CursorStore cursors, NodeIdentity self) {
        return new Backlog(feed, cursors, self);
    }

    @Bean
    PullHandler pullHandler(ChangeFeed feed, Backlog backlog, NodeIdentity self, SyncMetrics metrics) {
        return new PullHandler(feed, backlog, self, metrics);
    }

    @Bean
    PushHandler pushHandler(ChangeApplier applier, CursorStore cursors, NodeIdentity self, SyncMetrics metrics) {
        return new PushHandler(applier, cursors, self, metrics);
    }

    @Bean
    PeerSync peerSync(QuicClientPool pool, ClientSettings client, NodeIdentity self, ChangeFeed feed, Backlog backlog,
            ChangeApplier applier, CursorStore cursors, SyncMetrics metrics) {
        return new PeerSync(pool, new Conversation(pool, self, client.maxRetries(), client.retryDelay()),
                new Push(feed, backlog, applier, cursors), new Pull(applier, cursors, self), metrics);
    }

    @Bean
    PeerLock peerLock(DataSource dataSource) {
        return new PeerLock(dataSource);
    }
}
