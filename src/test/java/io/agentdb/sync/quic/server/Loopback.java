package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.AttemptLimit;
import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.Blocklist;
import io.agentdb.sync.admission.ClientCertificates;
import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.admission.RateLimits;
import io.agentdb.sync.admission.Token;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.quic.client.ClientSettings;
import io.agentdb.sync.quic.client.ClientTls;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.Dialer;
import io.agentdb.sync.quic.client.Doorbell;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.stream.QuicMetrics;
import io.agentdb.sync.quic.stream.Transport;
import io.agentdb.sync.quic.tls.Certificates;
import io.agentdb.sync.quic.tls.TlsSource;
import io.agentdb.sync.telemetry.Observations;
import io.agentdb.sync.version.Actor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

/** Listeners and pools on the loopback interface, without a database. Closes all of them. */
public final class Loopback implements AutoCloseable {

    record Self(Actor actor) implements LocalNode {
        Self(String nodeId) {
            this(new Actor(nodeId + ".aaaaaaaa"));
        }

        @Override
        public void refresh() {
            // There is no database that another process could share.
        }

        @Override
        public void whenRenewed(Runnable then) {
            // It stays who it is.
        }

        @Override
        public void renew(Actor seen, Actor witness, String evidence) {
            throw new IllegalStateException(evidence);
        }
    }

    public static final ServerSettings.ServerPem DEVELOPMENT = new ServerSettings.ServerPem(null, null, null, null);
    public static final ClientSettings.ClientPem UNVERIFIED =
            new ClientSettings.ClientPem(null, null, null, null, false);
    public static final ClientSettings.ClientPem VERIFIED = new ClientSettings.ClientPem(null, null, null, null, true);

    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    public final ConnectionRegistry registry = new ConnectionRegistry();
    final QuicMetrics metrics = new QuicMetrics(meters, registry, 100);
    public final Path directory = temporary();
    private final List<AutoCloseable> open = new ArrayList<>();
    private RateLimits limits = new RateLimits(100_000, 1L << 40);
    Gate gate = new Gate(new LimitSettings(100, 10_000), new AttemptLimit(10_000), new Blocklist(), new Audit());
    public MemoryBudget memory = MemoryBudget.ofThisProcess();
    public MemoryBudget waiting = MemoryBudget.ofWaitingRequests();
    private SslBundles bundles = new DefaultSslBundleRegistry();
    private Duration timeout = Duration.ofMinutes(1);
    private volatile Duration ahead = Duration.ZERO;
    private int workers = 8;
    private int queue = 100;

    /** The servers', of the present moment. */
    private Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return Instant.now().plus(ahead);
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }
        };
    }

    /** Sets the servers' clocks. */
    void ahead(Duration offset) {
        ahead = offset;
    }

    public Loopback limits(RateLimits changed) {
        limits = changed;
        return this;
    }

    /** Those that Spring knows. */
    public Loopback bundles(SslBundles known) {
        bundles = known;
        return this;
    }

    public Loopback timeout(Duration changed) {
        timeout = changed;
        return this;
    }

    public Loopback workers(int size, int waiting) {
        workers = size;
        queue = waiting;
        return this;
    }

    public static ServerSettings settings(int port, int connections, String token, ServerSettings.ServerPem tls) {
        return new ServerSettings("127.0.0.1", port, connections, token,
                new ServerSettings.RateLimit(60, DataSize.ofMegabytes(10)), Duration.ofSeconds(5), tls);
    }

    public QuicServer server(RequestHandler<?>... handlers) {
        return server(settings(0, 100, null, DEVELOPMENT), handlers);
    }

    public QuicServer server(ServerSettings settings, RequestHandler<?>... handlers) {
        return server(settings, introduction(settings.authToken()), handlers);
    }

    public QuicServer server(ServerSettings settings, HelloCheck introduction, RequestHandler<?>... handlers) {
        RequestDispatcher dispatcher = new RequestDispatcher(List.of(handlers), client -> { }, workers, queue, metrics,
                Observations.UNOBSERVED);
        Certificates.development(directory);
        // Each of several has files of its own.
        TlsSource tls = ServerTls.source(settings.tls(), directory, bundles, new DefaultSslBundleRegistry());
        QuicServer server = new QuicServer(settings, tls, new ServerContext(new Self("server"), "test",
                introduction, limits, registry, settings.maxConnections(), gate, dispatcher, metrics,
                timeout, clock(), memory, waiting));
        server.start();
        open.add(dispatcher);
        open.add(server::stop);
        return server;
    }

    public Loopback limits(int streams, long handshakes) {
        LimitSettings settings = new LimitSettings(streams, handshakes);
        gate = new Gate(settings, new AttemptLimit(handshakes), gate.blocklist(), gate.audit());
        return this;
    }

    private static HelloCheck introduction(String token) {
        return new HelloCheck(new Credentials(Clock.systemUTC(),
                token == null ? List.of() : List.of(new Token("test", token, null, null, null))),
                        new ClientCertificates(Map.of(), Map.of()));
    }

    public QuicClientPool pool() {
        return pool(UNVERIFIED, 5);
    }

    public QuicClientPool pool(ClientSettings.ClientPem tls, int size) {
        return pool("client", tls, size, Limits.ALPN, 0);
    }

    /** Of whoever says that it is that one. */
    public QuicClientPool pool(Actor actor) {
        return pool(new Self(actor), UNVERIFIED, 1, Limits.ALPN, 0);
    }

    public QuicClientPool pool(Actor actor, ClientSettings.ClientPem tls) {
        return pool(new Self(actor), tls, 1, Limits.ALPN, 0);
    }

    public QuicClientPool pool(String node, ClientSettings.ClientPem tls, int size, String alpn, int retries) {
        return pool(new Self(node), tls, size, alpn, retries);
    }

    /** Of who dials addresses of which it knows the certificate alone. */
    public Doorbell doorbell() {
        Doorbell bell = new Doorbell(dialling(), dialer());
        open.add(bell);
        return bell;
    }

    /** Of one connection after the other. */
    public Dialer dialer() {
        EventLoopGroup group = Transport.group("test-dialer", 1);
        open.add(() -> group.shutdownGracefully(0, 0, TimeUnit.SECONDS));
        return new Dialer(group, dialling(), source(UNVERIFIED), Limits.ALPN, new Self("client"), "test",
                new ConnectionRegistry(), metrics, memory);
    }

    private TlsSource source(ClientSettings.ClientPem tls) {
        return ClientTls.source(tls, bundles, new DefaultSslBundleRegistry());
    }

    private ClientSettings dialling() {
        return new ClientSettings(0, Duration.ofMillis(10), timeout, 1, UNVERIFIED);
    }

    private QuicClientPool pool(Self self, ClientSettings.ClientPem tls, int size, String alpn, int retries) {
        EventLoopGroup group = Transport.group("test-client", 1);
        ClientSettings settings = new ClientSettings(retries, Duration.ofMillis(10), timeout, size, tls);
        ConnectionRegistry outgoing = new ConnectionRegistry();
        QuicClientPool pool = new QuicClientPool(group, settings,
                new Dialer(group, settings, source(tls), alpn, self, "test", outgoing, metrics, memory), self,
                outgoing);
        open.add(pool);
        return pool;
    }

    public static DialTarget to(QuicServer server) {
        return to("127.0.0.1", server, null, null);
    }

    public static DialTarget to(String host, QuicServer server, String token, String fingerprint) {
        return new DialTarget("peer", new HostPort(host, server.port()), token, fingerprint);
    }

    @Override
    public void close() {
        for (int i = open.size() - 1; i >= 0; i--) {
            try {
                open.get(i).close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        FileSystemUtils.deleteRecursively(directory.toFile());
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("quic");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
