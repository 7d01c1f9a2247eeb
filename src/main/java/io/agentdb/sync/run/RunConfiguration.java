package io.agentdb.sync.run;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.Answering;
import io.agentdb.sync.quic.client.ClientSettings;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.revision.Strategies;
import io.micrometer.core.instrument.config.MeterFilter;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What every run needs: sessions with peers, patience, and a lock against the next one. */
@Configuration(proxyBeanMethods = false)
class RunConfiguration {

    @Bean
    Strategies strategies(SyncSettings settings) {
        return settings.strategies();
    }

    @Bean
    PeerSessions peerSessions(QuicClientPool pool, SyncMetrics metrics) {
        return new PeerSessions(pool, metrics);
    }

    @Bean
    RetryingRequests conversation(QuicClientPool pool, Answering answering, IncarnationRenewal renewals,
            ClientSettings client) {
        return new RetryingRequests(pool, answering, renewals, client.maxRetries(), client.retryDelay(),
                RetryingRequests::sleep);
    }

    @Bean
    IncarnationRenewal renewals(LocalNode self) {
        return new IncarnationRenewal(self);
    }

    @Bean
    PeerLock peerLock(DataSource dataSource) {
        return new PeerLock(dataSource);
    }

    @Bean
    MeterFilter peersOfMetrics() {
        return MeterFilter.maximumAllowableTags("agentdb.sync", "peer", SyncMetrics.MOST_PEERS, MeterFilter.deny());
    }
}
