package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.AccessFailure;
import io.agentdb.sync.admission.AccessSettings;
import io.agentdb.sync.admission.AttemptLimit;
import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.Blocklist;
import io.agentdb.sync.admission.ClientCertificates;
import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.admission.RateLimits;
import io.agentdb.sync.admission.Tokens;
import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.Doorkeeper;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.protocol.SessionCheck;
import io.agentdb.sync.quic.client.ClientSettings;
import io.agentdb.sync.quic.client.Software;
import io.agentdb.sync.quic.stream.PathMetrics;
import io.agentdb.sync.quic.stream.QuicMetrics;
import io.agentdb.sync.quic.tls.TlsMetrics;
import io.agentdb.sync.quic.tls.TlsSource;
import io.agentdb.sync.telemetry.Observations;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The listener, and what it asks before it lets anybody in. */
@Configuration(proxyBeanMethods = false)
class ServerConfiguration {

    @Bean
    RateLimits rateLimits(ServerSettings settings) {
        return new RateLimits(settings.rateLimit().maxRequestsPerMinute(),
                settings.rateLimit().maxBytesPerMinute().toBytes());
    }

    @Bean
    QuicMetrics quicMetrics(MeterRegistry registry, ConnectionRegistry connections, ServerSettings settings) {
        return new QuicMetrics(registry, connections, settings.maxConnections());
    }

    /** Has it look now and then. */
    @Bean
    PathMetrics pathMetrics(QuicMetrics metrics) {
        return metrics.paths();
    }

    /** A client says itself who it is. */
    @Bean
    MeterFilter peersOfPaths() {
        return MeterFilter.maximumAllowableTags("agentdb.quic", "peer", PathMetrics.MOST_PEERS, MeterFilter.deny());
    }

    /** As many workers as the database has connections for them, leaving some to REST. */
    @Bean
    RequestDispatcher requestDispatcher(List<RequestHandler<?>> handlers, SessionCheck check,
            @Value("${spring.datasource.hikari.maximum-pool-size:10}") int connections, QuicMetrics metrics,
            Observations observations) {
        return new RequestDispatcher(handlers, check, Math.max(2, connections * 2 / 3), 100, metrics, observations);
    }

    @Bean
    TlsSource serverTls(ServerSettings settings, NodeHome home, SslBundles bundles, SslBundleRegistry registry,
            MeterRegistry meters) {
        TlsSource source = ServerTls.source(settings.tls(), home.directory(), bundles, registry);
        TlsMetrics.register(meters, "server", source);
        return source;
    }

    @Bean
    Tokens tokens(ServerSettings settings, AccessSettings access, TlsSource serverTls, NodeHome home) {
        boolean certificates = settings.tls().bundle() == null ? settings.tls().ca() != null
                : serverTls.read().trusted() != null;
        return new Tokens(access, settings.authToken(), certificates, settings.host(), home);
    }

    @Bean
    Gate gate(LimitSettings limits, Blocklist blocklist, Audit audit, Doorkeeper doorkeeper) {
        return new Gate(limits, new AttemptLimit(limits.maxHandshakesPerMinute()), blocklist, audit, doorkeeper);
    }

    @Bean
    Credentials credentials(Tokens tokens) {
        try {
            return new Credentials(Clock.systemUTC(), tokens.read());
        } catch (IllegalArgumentException e) {
            throw new AccessFailure("agentdb.server.tokens: " + e.getMessage(), e);
        }
    }

    @Bean
    AccessReload accessReload(Tokens tokens, Credentials credentials, AccessSettings access, QuicServer server,
            TlsSource serverTls, TlsSource clientTls, Audit audit) {
        AccessReload reload = new AccessReload(tokens, credentials, access.tokensFile() != null, server, clientTls,
                audit);
        // Bundles tell, files have to be looked at.
        serverTls.whenUpdated(reload::reload);
        clientTls.whenUpdated(reload::reload);
        return reload;
    }

    @Bean
    QuicServer quicServer(ServerSettings settings, ClientSettings client, AccessSettings access, TlsSource serverTls,
            LocalNode self, Credentials credentials, RateLimits limits, Gate gate, ConnectionRegistry registry,
            RequestDispatcher dispatcher, QuicMetrics metrics, MemoryBudget memory,
                    ObjectProvider<BuildProperties> build) {
        return new QuicServer(settings, serverTls, new ServerContext(self, Software.name(build),
                new HelloCheck(credentials, new ClientCertificates(access.permissions(), access.nodes())), limits,
                registry, settings.maxConnections(), gate, dispatcher, metrics,
                        Duration.ofSeconds(Math.max(1, client.timeout().toSeconds())), Clock.systemUTC(), memory,
                                MemoryBudget.ofWaitingRequests()));
    }
}
