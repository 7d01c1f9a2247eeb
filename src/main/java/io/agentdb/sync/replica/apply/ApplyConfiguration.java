package io.agentdb.sync.replica.apply;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.Unsent;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.replica.knowledge.Unapplied;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** How versions from elsewhere, and decisions of people, come into the tables. */
@Configuration(proxyBeanMethods = false)
class ApplyConfiguration {

    @Bean
    PostgresTransactions postgresTransactions(JdbcTemplate jdbc, TransactionTemplate transactions) {
        return new PostgresTransactions(jdbc, transactions);
    }

    @Bean
    PostgresVersions postgresVersions(JdbcTemplate jdbc) {
        return new PostgresVersions(jdbc);
    }

    /** What waits is not told as known. */
    @Bean
    NodeKnowledge nodeKnowledge(KnowledgeStore store, ConflictSink conflicts, Quarantine quarantine, Unsent unsent,
            LocalNode self) {
        return new NodeKnowledge(store, Unapplied.of(Unapplied.of(conflicts, quarantine), unsent), self);
    }

    @Bean
    ChangeApplier changeApplier(Transactions transactions, VersionStore versions, CursorStore cursors,
            KnowledgeStore knowledge, ConflictSink conflicts, Quarantine quarantine, Unsent unsent, LocalNode self) {
        return new ChangeApplier(transactions, versions, cursors, knowledge, conflicts, quarantine, unsent, self,
                Clock.systemUTC());
    }

    @Bean
    RevisionEditor revisionEditor(Transactions transactions, VersionStore versions, LocalNode self) {
        return new RevisionEditor(transactions, versions, self);
    }

    @Bean
    Restamping restamping(JdbcTemplate jdbc, Transactions transactions, VersionStore versions, LocalNode self) {
        return new Restamping(jdbc, transactions, versions, self);
    }

    @Bean
    Additions additions(JdbcTemplate jdbc) {
        Additions additions = new Additions(jdbc);
        additions.warn();
        return additions;
    }
}
