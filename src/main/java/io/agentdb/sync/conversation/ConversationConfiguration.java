package io.agentdb.sync.conversation;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.MeetingStore;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.digest.Inventory;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.revision.Strategies;
import io.agentdb.sync.run.Renewals;
import io.agentdb.sync.run.SyncMetrics;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The two ends of each conversation between nodes. */
@Configuration(proxyBeanMethods = false)
class ConversationConfiguration {

    @Bean
    Backlog backlog(ChangeFeed feed, CursorStore cursors, NodeKnowledge knowledge, LocalNode self) {
        return new Backlog(feed, cursors, knowledge, self);
    }

    @Bean
    Meeting meeting(MeetingStore store, LocalNode self, Renewals renewals) {
        return new Meeting(store, self, renewals);
    }

    @Bean
    Push push(ChangeFeed feed, Backlog backlog, ChangeApplier applier, Meeting meeting) {
        return new Push(feed, backlog, applier, meeting);
    }

    @Bean
    PushHandler pushHandler(ChangeApplier applier, CursorStore cursors, Backlog backlog, Meeting meeting, Strategies strategies,
            SyncMetrics metrics) {
        return new PushHandler(applier, cursors, backlog, meeting, strategies, metrics);
    }

    @Bean
    Pull pull(ChangeApplier applier, CursorStore cursors, Backlog backlog) {
        return new Pull(applier, cursors, backlog);
    }

    @Bean
    PullHandler pullHandler(ChangeFeed feed, Backlog backlog, Renewals renewals, Inventory inventory, SyncMetrics metrics) {
        return new PullHandler(feed, backlog, renewals, () -> inventory.fence().behind(), metrics);
    }

    @Bean
    Claiming claiming(ChangeFeed feed) {
        return new Claiming(feed);
    }

    @Bean
    ClaimHandler claimHandler(ChangeApplier applier, Backlog backlog) {
        return new ClaimHandler(applier, backlog);
    }
}
