package io.agentdb.sync.verify;

import io.agentdb.sync.conversation.BatchIntake;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.replica.digest.RangeDigests;
import io.agentdb.sync.run.InSyncMark;
import io.agentdb.sync.run.PeerLock;
import io.agentdb.sync.run.PeerSessions;
import io.agentdb.sync.run.RetryingRequests;
import io.agentdb.sync.run.SyncMetrics;
import io.agentdb.sync.run.SyncSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Comparing this node with another. */
@Configuration(proxyBeanMethods = false)
class VerifyConfiguration {

    @Bean
    VerifyHandler verifyHandler(RangeDigests digests, ChangeApplier applier, BatchIntake intake, SyncMetrics metrics) {
        return new VerifyHandler(digests, applier, intake, metrics);
    }

    @Bean
    DryRun dryRun(RetryingRequests conversation, RangeDigests digests, NodeCounts inventory, ChangeApplier applier) {
        return new DryRun(conversation, digests, inventory, applier);
    }

    @Bean
    Verifier verifier(PeerSessions sessions, RetryingRequests conversation, PeerLock lock, RangeDigests digests,
            NodeCounts inventory, ChangeApplier applier, InSyncMark inSync, SyncMetrics metrics,
                    SyncSettings settings) {
        return new Verifier(sessions, conversation, lock, digests, inventory, applier, inSync, metrics, settings);
    }
}
