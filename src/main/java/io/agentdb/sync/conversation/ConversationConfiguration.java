package io.agentdb.sync.conversation;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.MeetingStore;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.replica.feed.ChangeFeed;
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
    Backlog backlog(ChangeFeed feed, CursorStore cursors, NodeKnowledge knowledge, LocalNode self) {
        return new Backlog(feed, cursors, knowledge, self);
    }

    @Bean
    MeetingCounter meeting(MeetingStore store, LocalNode self, IncarnationRenewal renewals) {
        return new MeetingCounter(store, self, renewals);
    }

    @Bean
    PushClient push(ChangeFeed feed, Backlog backlog, ChangeApplier applier, MeetingCounter meeting) {
        return new PushClient(feed, backlog, applier, meeting);
    }

    @Bean
    PushHandler pushHandler(ChangeApplier applier, CursorStore cursors, Backlog backlog, MeetingCounter meeting, Strategies strategies,
            SyncMetrics metrics) {
        return new PushHandler(applier, cursors, backlog, meeting, strategies, metrics);
    }

    @Bean
    PullClient pull(ChangeApplier applier, CursorStore cursors, Backlog backlog) {
        return new PullClient(applier, cursors, backlog);
    }

    @Bean
    PullHandler pullHandler(ChangeFeed feed, Backlog backlog, IncarnationRenewal renewals, NodeCounts inventory, SyncMetrics metrics) {
        return new PullHandler(feed, backlog, renewals, () -> inventory.fence().behind(), metrics);
    }

    @Bean
    ClaimClient claiming(ChangeFeed feed) {
        return new ClaimClient(feed);
    }

    @Bean
    ClaimHandler claimHandler(ChangeApplier applier, Backlog backlog) {
        return new ClaimHandler(applier, backlog);
    }
}
