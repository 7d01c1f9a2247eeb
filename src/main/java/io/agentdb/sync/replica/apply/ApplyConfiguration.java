package io.agentdb.sync.replica.apply;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.Unsent;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.replica.knowledge.Unapplied;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How versions from elsewhere come into the tables. */
@Configuration(proxyBeanMethods = false)
class ApplyConfiguration {

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
    HeldByPeer heldByPeer(Transactions transactions, VersionStore versions, KnowledgeStore knowledge,
            ConflictSink conflicts, Quarantine quarantine, LocalNode self) {
        return new HeldByPeer(transactions, versions, knowledge, conflicts, quarantine, self);
    }
}
