package io.agentdb.sync.quic;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.RateLimits;
import io.agentdb.sync.admission.TokenGate;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.replica.LocalNode;
import io.agentdb.sync.version.Actor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** Listeners and client pools in this JVM, over real QUIC, without a database. Closes what it has opened, newest first. */
final class Loopback implements AutoCloseable {

    static final ServerSettings.Tls DEVELOPMENT = new ServerSettings.Tls(null, null, null);
    static final ClientSettings.Tls UNVERIFIED = new ClientSettings.Tls(null, null, null, false);
    static final ClientSettings.Tls VERIFIED = new ClientSettings.Tls(null, null, null, true);

    private record Node(String nodeId, Actor actor) implements LocalNode { }

    private final Path directory;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    Loopback(Path directory) {
        this.directory = directory;
    }

    static ServerSettings settings(int maxConnections, String token, ServerSettings.Tls tls) {
        return new ServerSettings("127.0.0.1", 0, maxConnections, token,
                new ServerSettings.RateLimit(1_000_000, DataSize.ofGigabytes(10)), tls);
    }

    QuicServer serve(ServerSettings settings, RequestHandler<?>... handlers) {
        ConnectionRegistry registry = new ConnectionRegistry();
        QuicServer server = new QuicServer(settings, directory, new ServerContext(node("server"), "test",
                new Introduction(new TokenGate(settings.authToken())), new RateLimits(settings.rateLimit().maxRequestsPerMinute(),
                settings.rateLimit().maxBytesPerMinute().toBytes()), registry, settings.maxConnections(),
                new RequestDispatcher(List.of(handlers), 4, 10), new QuicMetrics(new SimpleMeterRegistry(), registry),
                Duration.ofSeconds(10)));
        server.start();
        opened.push(server::stop);
        return server;
    }

    /** Patient enough, and without further tries: what the first one says is what counts. */
    QuicClientPool pool(ClientSettings.Tls tls) {
        return pool(new ClientSettings(0, Duration.ofMillis(50), Duration.ofSeconds(8), 5, tls));
    }

    QuicClientPool pool(ClientSettings settings) {
        EventLoopGroup group = Transport.group("test-client", 1);
        ConnectionRegistry registry = new ConnectionRegistry();
        QuicClientPool pool = new QuicClientPool(group, settings, new Dialer(group, settings, node("client"), "test", registry,
                new QuicMetrics(new SimpleMeterRegistry(), registry)));
        opened.push(pool::destroy);
        return pool;
    }

    static Remote remote(QuicServer server) {
        return remote(server, null, null);
    }

    static Remote remote(QuicServer server, String token, String fingerprint) {
        return new Remote("peer", "127.0.0.1", server.port(), token, fingerprint);
    }

    private static LocalNode node(String id) {
        return new Node(id, new Actor(id + ".abcdefgh"));
    }

    @Override
    public void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }
}
