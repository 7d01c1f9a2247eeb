package io.agentdb.sync.conversation;

import io.agentdb.sync.companion.Companions;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.MeetingStore;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.apply.HeldByPeer;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.ChangeSource;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.revision.Strategies;
import io.agentdb.sync.run.IncarnationRenewal;
import io.agentdb.sync.run.SyncMetrics;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The two ends of each conversation between nodes. */
@Configuration(proxyBeanMethods = false)
class ConversationConfiguration {

    @Bean
    StartingPoints startingPoints(ChangeFeed feed, CursorStore cursors, NodeKnowledge knowledge, LocalNode self) {
        return new StartingPoints(feed, cursors, knowledge, self);
    }

    @Bean
    KnowledgeExchange knowledgeExchange(ChangeFeed feed, NodeKnowledge knowledge, LocalNode self) {
        return new KnowledgeExchange(feed, knowledge, self);
    }

    @Bean
    MeetingCounter meeting(MeetingStore store, LocalNode self, IncarnationRenewal renewals) {
        return new MeetingCounter(store, self, renewals);
    }

    @Bean
    StandingPulls standingPulls() {
        return new StandingPulls();
    }

    @Bean
    PushClient push(ChangeFeed feed, StartingPoints starts, KnowledgeExchange knowledge, ChangeApplier applier,
            HeldByPeer held, MeetingCounter meeting, ChangeSource changes, StandingPulls pulls,
            Companions companions) {
        return new PushClient(feed, starts, knowledge, applier, held, meeting, changes, pulls, companions);
    }

    @Bean
    BatchIntake batchIntake(ChangeApplier applier, Strategies strategies, SyncMetrics metrics,
            Companions companions) {
        return new BatchIntake(applier, strategies, metrics, companions);
    }

    @Bean
    PushHandler pushHandler(BatchIntake intake, CursorStore cursors, KnowledgeExchange knowledge,
            MeetingCounter meeting) {
        return new PushHandler(intake, cursors, knowledge, meeting);
    }

    @Bean
    PullClient pull(ChangeApplier applier, HeldByPeer held, CursorStore cursors, KnowledgeExchange knowledge,
            Companions companions) {
        return new PullClient(applier, held, cursors, knowledge, companions);
    }

    @Bean
    PullHandler pullHandler(ChangeFeed feed, StartingPoints starts, KnowledgeExchange knowledge,
            IncarnationRenewal renewals, NodeCounts inventory, ChangeSource changes, StandingPulls pulls,
            SyncMetrics metrics, Companions companions) {
        return new PullHandler(feed, starts, knowledge, renewals, () -> inventory.fence().behind(), changes, pulls,
                metrics, companions);
    }

    @Bean
    ClaimClient claiming(ChangeFeed feed) {
        return new ClaimClient(feed);
    }

    @Bean
    ClaimHandler claimHandler(HeldByPeer held, KnowledgeExchange knowledge) {
        return new ClaimHandler(held, knowledge);
    }
}
