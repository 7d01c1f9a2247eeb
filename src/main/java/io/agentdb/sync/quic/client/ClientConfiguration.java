package io.agentdb.sync.quic.client;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.quic.stream.QuicMetrics;
import io.agentdb.sync.quic.stream.Transport;
import io.netty.channel.EventLoopGroup;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The connections to peers. */
@Configuration(proxyBeanMethods = false)
class ClientConfiguration {

    @Bean
    QuicClientPool quicClientPool(ClientSettings settings, LocalNode self, ConnectionRegistry registry,
            QuicMetrics metrics, MemoryBudget memory, ObjectProvider<BuildProperties> build) {
        EventLoopGroup group = Transport.group("quic-client", 2);
        return new QuicClientPool(group, settings,
                new Dialer(group, settings, Limits.ALPN, self, Software.name(build), registry, metrics, memory), self,
                        registry);
    }
}
