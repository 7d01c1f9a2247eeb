package io.agentdb.sync.quic.client;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.quic.stream.QuicMetrics;
import io.agentdb.sync.quic.stream.Transport;
import io.agentdb.sync.quic.tls.TlsMetrics;
import io.agentdb.sync.quic.tls.TlsSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The connections to peers. */
@Configuration(proxyBeanMethods = false)
class ClientConfiguration {

    /** How long an address has to answer that may be none of the node's that is meant. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    @Bean
    TlsSource clientTls(ClientSettings settings, SslBundles bundles, SslBundleRegistry registry, MeterRegistry meters) {
        TlsSource source = ClientTls.source(settings.tls(), bundles, registry);
        TlsMetrics.register(meters, "client", source);
        return source;
    }

    @Bean
    Dialer dialer(ClientSettings settings, TlsSource clientTls, LocalNode self, ConnectionRegistry registry,
            QuicMetrics metrics, MemoryBudget memory, ObjectProvider<BuildProperties> build) {
        return new Dialer(Transport.group("quic-client", 2), settings, clientTls, Limits.ALPN, self,
                Software.name(build), registry, metrics, memory);
    }

    @Bean
    QuicClientPool quicClientPool(ClientSettings settings, Dialer dialer, LocalNode self,
            ConnectionRegistry registry) {
        return new QuicClientPool(dialer.group(), settings, dialer, self, registry);
    }

    @Bean
    Doorbell doorbell(ClientSettings settings, Dialer dialer) {
        return new Doorbell(new ClientSettings(0, settings.retryDelay(),
                settings.timeout().compareTo(PATIENCE) < 0 ? settings.timeout() : PATIENCE, 1, settings.tls()), dialer);
    }
}
