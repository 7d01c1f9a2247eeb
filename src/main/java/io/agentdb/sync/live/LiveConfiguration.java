package io.agentdb.sync.live;

import io.agentdb.sync.conversation.PullClient;
import io.agentdb.sync.conversation.PushClient;
import io.agentdb.sync.peers.Answering;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.replica.feed.ChangeSource;
import io.agentdb.sync.run.SyncMetrics;
import io.agentdb.sync.run.SyncSettings;
import io.agentdb.sync.run.SyncState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class LiveConfiguration {

    @Bean
    LiveSync liveSync(QuicClientPool pool, Answering answering, PushClient push, PullClient pull, ChangeSource changes,
            SyncState state, SyncMetrics metrics, SyncSettings settings, MeterRegistry meters) {
        LiveSync live = new LiveSync(pool, answering, push, pull, changes, state, metrics, settings.interval());
        Gauge.builder("agentdb.sync.live.peers", live, all -> all.peers().size())
                .description("Peers with whom this process synchronizes live").register(meters);
        return live;
    }
}
