package io.agentdb.sync.sync;

import io.agentdb.sync.postgres.NodeHome;
import io.agentdb.sync.protocol.Sendable;
import io.agentdb.sync.protocol.UnknownFields;
import io.agentdb.sync.quic.ClientSettings;
import io.agentdb.sync.quic.QuicClientPool;
import io.agentdb.sync.replica.Additions;
import io.agentdb.sync.replica.ChangeApplier;
import io.agentdb.sync.replica.ChangeFeed;
import io.agentdb.sync.replica.ConflictSink;
import io.agentdb.sync.replica.CursorStore;
import io.agentdb.sync.replica.FieldRecognition;
import io.agentdb.sync.replica.Inventory;
import io.agentdb.sync.replica.KnowledgeStore;
import io.agentdb.sync.replica.NodeIdentity;
import io.agentdb.sync.replica.NodeKnowledge;
import io.agentdb.sync.replica.Nodes;
import io.agentdb.sync.replica.PostgresCursors;
import io.agentdb.sync.replica.PostgresFeed;
import io.agentdb.sync.replica.PostgresKnowledge;
import io.agentdb.sync.replica.PostgresMeetings;
import io.agentdb.sync.replica.PostgresQuarantine;
import io.agentdb.sync.replica.PostgresTransactions;
import io.agentdb.sync.replica.PostgresVersions;
import io.agentdb.sync.replica.Quarantine;
import io.agentdb.sync.replica.QuarantineReplay;
import io.agentdb.sync.replica.QuarantineTable;
import io.agentdb.sync.replica.RangeDigests;
import io.agentdb.sync.replica.RemovedKeys;
import io.agentdb.sync.replica.Restamping;
import io.agentdb.sync.replica.RevisionEditor;
import io.agentdb.sync.replica.SendableFeed;
import io.agentdb.sync.replica.SetAside;
import io.agentdb.sync.replica.Tombstones;
import io.agentdb.sync.replica.Unsent;
import io.agentdb.sync.replica.UnsentTable;
import io.micrometer.core.instrument.config.MeterFilter;
import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
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
    FieldRecognition fieldRecognition() {
        return new FieldRecognition(UnknownFields.known(), UnknownFields::recognized);
    }

    @Bean
    ChangeFeed changeFeed(JdbcTemplate jdbc, PlatformTransactionManager transactions, Unsent unsent) {
        TransactionTemplate readOnly = new TransactionTemplate(transactions);
        readOnly.setReadOnly(true);
        return new SendableFeed(new PostgresFeed(jdbc, readOnly), unsent);
    }

    @Bean
    Inventory inventory(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        TransactionTemplate readOnly = new TransactionTemplate(transactions);
        readOnly.setReadOnly(true);
        return new Inventory(jdbc, readOnly);
    }

    @Bean
    Additions additions(JdbcTemplate jdbc) {
        Additions additions = new Additions(jdbc);
        additions.warn();
        return additions;
    }

    @Bean
    CursorStore cursorStore(JdbcTemplate jdbc) {
        return new PostgresCursors(jdbc);
    }

    @Bean
    KnowledgeStore knowledgeStore(JdbcTemplate jdbc) {
        return new PostgresKnowledge(jdbc);
    }

    @Bean
    Tombstones tombstones(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        return new Tombstones(jdbc, new TransactionTemplate(transactions));
    }

    @Bean
    RemovedKeys removedKeys(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        return new RemovedKeys(jdbc, new TransactionTemplate(transactions));
    }

    @Bean
    Nodes nodes(JdbcTemplate jdbc) {
        return new Nodes(jdbc);
    }

    @Bean
    Quarantine quarantine(JdbcTemplate jdbc) {
        return new PostgresQuarantine(jdbc);
    }

    @Bean
    QuarantineTable quarantineTable(JdbcTemplate jdbc) {
        return new QuarantineTable(jdbc);
    }

    @Bean
    UnsentTable unsent(JdbcTemplate jdbc) {
        return new UnsentTable(jdbc, Sendable::obstacle);
    }

    @Bean
    QuarantineReplay quarantineReplay(JdbcTemplate jdbc, PlatformTransactionManager transactions, ChangeApplier applier,
            QuarantineTable table) {
        return new QuarantineReplay(new PostgresTransactions(jdbc, new TransactionTemplate(transactions)), applier, table,
                UnknownFields::readAgain);
    }

    @Bean
    NodeKnowledge nodeKnowledge(KnowledgeStore store, ConflictSink conflicts, Quarantine quarantine, Unsent unsent, NodeIdentity self) {
        return new NodeKnowledge(store, SetAside.of(SetAside.of(conflicts, quarantine), unsent), self);
    }

    @Bean
    ChangeApplier changeApplier(JdbcTemplate jdbc, PlatformTransactionManager transactions, CursorStore cursors, KnowledgeStore knowledge,
            ConflictSink conflicts, Quarantine quarantine, Unsent unsent, NodeIdentity self) {
        return new ChangeApplier(new PostgresTransactions(jdbc, new TransactionTemplate(transactions)), new PostgresVersions(jdbc), cursors,
                knowledge, conflicts, quarantine, unsent, self, Clock.systemUTC());
    }

    @Bean
    RevisionEditor revisionEditor(JdbcTemplate jdbc, PlatformTransactionManager transactions, NodeIdentity self) {
        return new RevisionEditor(new PostgresTransactions(jdbc, new TransactionTemplate(transactions)), new PostgresVersions(jdbc), self);
    }

    @Bean
    Restamping restamping(JdbcTemplate jdbc, PlatformTransactionManager transactions, NodeIdentity self) {
        return new Restamping(jdbc, new PostgresTransactions(jdbc, new TransactionTemplate(transactions)), new PostgresVersions(jdbc), self);
    }

    @Bean
    Backlog backlog(ChangeFeed feed, CursorStore cursors, NodeKnowledge knowledge, NodeIdentity self) {
        return new Backlog(feed, cursors, knowledge, self);
    }

    @Bean
    PullHandler pullHandler(ChangeFeed feed, Backlog backlog, Renewals renewals, Inventory inventory,
            SyncMetrics metrics) {
        return new PullHandler(feed, backlog, renewals, () -> inventory.fence().behind(), metrics);
    }

    @Bean
    Renewals renewals(NodeIdentity self) {
        return new Renewals(self);
    }

    @Bean
    Meeting meeting(JdbcTemplate jdbc, NodeIdentity self, Renewals renewals) {
        return new Meeting(new PostgresMeetings(jdbc), self, renewals);
    }

    @Bean
    PushHandler pushHandler(ChangeApplier applier, CursorStore cursors, Backlog backlog, Meeting meeting, SyncSettings settings,
            SyncMetrics metrics) {
        return new PushHandler(applier, cursors, backlog, meeting, settings.strategies(), metrics);
    }

    @Bean
    ClaimHandler claimHandler(ChangeApplier applier, Backlog backlog) {
        return new ClaimHandler(applier, backlog);
    }

    @Bean
    Conversation conversation(QuicClientPool pool, Answering answering, Renewals renewals, ClientSettings client) {
        return new Conversation(pool, answering, renewals, client.maxRetries(), client.retryDelay());
    }

    @Bean
    PeerSync peerSync(QuicClientPool pool, Conversation conversation, ChangeFeed feed, Backlog backlog,
            ChangeApplier applier, CursorStore cursors, Meeting meeting, SyncMetrics metrics) {
        return new PeerSync(pool, conversation,
                new Push(feed, backlog, applier, meeting), new Pull(applier, cursors, backlog), new Claiming(feed), metrics);
    }

    @Bean
    RangeDigests rangeDigests(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        TransactionTemplate readOnly = new TransactionTemplate(transactions);
        readOnly.setReadOnly(true);
        return new RangeDigests(jdbc, readOnly);
    }

    @Bean
    VerifyHandler verifyHandler(RangeDigests digests, ChangeApplier applier, PushHandler pushes, SyncMetrics metrics) {
        return new VerifyHandler(digests, applier, pushes, metrics);
    }

    @Bean
    Verifier verifier(PeerSync peerSync, Conversation conversation, PeerLock lock, RangeDigests digests, Inventory inventory,
            ChangeApplier applier, InSync inSync, SyncMetrics metrics, SyncSettings settings) {
        return new Verifier(peerSync, conversation, lock, digests, inventory, applier, inSync, metrics, settings);
    }

    @Bean
    MeterFilter peersOfMetrics() {
        return MeterFilter.maximumAllowableTags("agentdb.sync", "peer", SyncMetrics.MOST_PEERS, MeterFilter.deny());
    }

    @Bean
    AddressLookup addressLookup() {
        return host -> List.of(InetAddress.getAllByName(host));
    }

    @Bean
    PeerLock peerLock(DataSource dataSource) {
        return new PeerLock(dataSource);
    }
}
