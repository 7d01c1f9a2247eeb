package io.agentdb.sync.sync;

import io.agentdb.sync.replica.ChangeApplier;
import io.agentdb.sync.replica.Inventory;
import io.agentdb.sync.replica.RangeDigests;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Comparing this node with another. */
@Configuration(proxyBeanMethods = false)
class VerifyConfiguration {

    @Bean
    VerifyHandler verifyHandler(RangeDigests digests, ChangeApplier applier, PushHandler pushes, SyncMetrics metrics) {
        return new VerifyHandler(digests, applier, pushes, metrics);
    }

    @Bean
    Verifier verifier(PeerSessions sessions, Conversation conversation, PeerLock lock, RangeDigests digests, Inventory inventory,
            ChangeApplier applier, InSync inSync, SyncMetrics metrics, SyncSettings settings) {
        return new Verifier(sessions, conversation, lock, digests, inventory, applier, inSync, metrics, settings);
    }
}
