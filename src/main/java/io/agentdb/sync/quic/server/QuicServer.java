package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.quic.stream.Transport;
import io.agentdb.sync.quic.tls.Distrust;
import io.agentdb.sync.quic.tls.TlsFailure;
import io.agentdb.sync.quic.tls.TlsSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.incubator.codec.quic.QuicChannelOption;
import io.netty.incubator.codec.quic.QuicServerCodecBuilder;
import io.netty.incubator.codec.quic.QuicStreamChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The QUIC listener. Starts after the rest of the node is there, stops before it goes, and can be started again.
 * Thread-safe; {@link #start} and {@link #stop} block.
 */
public final class QuicServer implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(QuicServer.class);
    /** AgentDB drops connections after this long without a request; the client dials again when it has one. */
    private static final Duration STALE = Duration.ofMinutes(5);

    /** What runs between a start and a stop. */
    private record Listening(Channel socket, EventLoopGroup group) {
        int port() {
            return ((InetSocketAddress) socket.localAddress()).getPort();
        }
    }

    private final ServerSettings settings;
    private final TlsSource source;
    private final ServerContext context;
    private final ServerConnections connections;
    private final ChannelGroup requests = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile @Nullable Listening listening;
    private volatile @Nullable Instant startedAt;
    private volatile @Nullable ServerTls tls;

    /** @param source of the certificate that is shown, and of the authorities of clients */
    QuicServer(ServerSettings settings, TlsSource source, ServerContext context) {
        this.settings = settings;
        this.source = source;
        this.context = context;
        this.connections = new ServerConnections(context);
        context.self().whenRenewed(connections::partWithThoseWhoKnowAnother);
    }

    /**
     * @throws ListenFailure if the port cannot be opened
     * @throws TlsFailure if the certificate cannot be used
     */
    @Override
    public synchronized void start() {
        if (listening != null) {
            return;
        }
        connections.admit();
        ServerTls first = ServerTls.load(source, this::distrusted, null);
        tls = first;
        EventLoopGroup group = Transport.group("quic-server", 1);
        ChannelHandler codec = Transport.configure(new QuicServerCodecBuilder())
                // Asked for each connection: the certificate may have been exchanged.
                .sslEngineProvider(channel -> shown().context()
                        .newEngine(channel.alloc(), Transport.host(
                                Transport.address(channel.remoteSocketAddress())), 0))
                // One more than requests: the control stream is open as long as the connection.
                .initialMaxStreamsBidirectional(context.gate().limits().maxStreamsPerConnection() + 1L)
                .tokenHandler(new RetryToken(this::mayBegin))
                .resetTokenGenerator(new ResetToken())
                .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, Transport.segments())
                .handler(connections)
                .streamHandler(new Streams())
                .build();
        ChannelFuture bound = Transport.udp(group).handler(codec)
                .bind(new InetSocketAddress(settings.host(), settings.port())).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new ListenFailure(settings.host(), settings.port(), bound.cause());
        }
        listening = new Listening(bound.channel(), group);
        startedAt = Instant.now();
        group.next().scheduleAtFixedRate(() -> context.registry().closeStale(Direction.IN, STALE), 1, 1,
                TimeUnit.MINUTES);
        log.info("QUIC listens on UDP {}:{}; the fingerprint of its certificate is {}", settings.host(), port(),
                first.fingerprint());
        warnOfTime(first);
    }

    /** Announces the end, lets requests finish for the time of grace, and closes what is left. */
    @Override
    public synchronized void stop() {
        Listening open = listening;
        if (open == null) {
            return;
        }
        connections.announceTheEnd();
        if (!requests.newCloseFuture().awaitUninterruptibly(settings.shutdownGrace().toMillis())) {
            log.info("QUIC stops with {} requests still under way; their peers go on from where they were",
                    requests.size());
        }
        connections.close();
        open.socket().close().awaitUninterruptibly();
        open.group().shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        listening = null;
        log.info("QUIC has stopped");
    }

    /**
     * Takes over certificates that have changed; connections that are open keep the old one.
     *
     * @return whether there was a change
     * @throws TlsFailure naming what cannot be used; then everything stays as it was
     */
    synchronized boolean reloadTls() {
        if (listening == null) {
            return false;
        }
        ServerTls now = ServerTls.load(source, this::distrusted, tls);
        if (now == tls) {
            return false;
        }
        tls = now;
        log.info("The listener's certificate has been exchanged; the fingerprint of the new one is {}",
                now.fingerprint());
        warnOfTime(now);
        return true;
    }

    private ServerTls shown() {
        return Objects.requireNonNull(tls, "it is loaded before anybody can dial");
    }

    private void warnOfTime(ServerTls now) {
        Distrust.time(now.material().chain(), Instant.now()).ifPresent(
                flaw -> log.warn("Peers that do not pin it will refuse this node's certificate, {}: {}",
                        settings.tls().named(), flaw));
    }

    private void distrusted(@Nullable String address, String why) {
        context.metrics().refused(ErrorCode.UNAUTHENTICATED);
        context.gate().audit().record("refused", address, Map.of("reason", ErrorCode.UNAUTHENTICATED, "why", why));
    }

    private boolean mayBegin(InetAddress address) {
        boolean may = context.gate().handshakes().admit(address);
        if (!may) {
            context.metrics().handshakeDropped();
        }
        return may;
    }

    @Override
    public boolean isRunning() {
        return listening != null;
    }

    /**
     * The UDP port in use.
     *
     * @throws IllegalStateException while the listener is not running
     */
    public int port() {
        Listening open = listening;
        if (open == null) {
            throw new IllegalStateException("the QUIC listener is not running");
        }
        return open.port();
    }

    public ServerStatus status() {
        Listening open = listening;
        ServerTls last = tls;
        return new ServerStatus(open != null, settings.host(),
                open != null ? open.port() : settings.port(), startedAt,
                context.registry().count(Direction.IN), settings.maxConnections(),
                last == null ? null : last.fingerprint(), settings.tls().development(),
                        context.introduction().wantsTokens());
    }

    @ChannelHandler.Sharable
    private final class Streams extends ChannelInitializer<QuicStreamChannel> {

        @Override
        protected void initChannel(QuicStreamChannel stream) {
            ServerConnection connection = connections.of(stream.parent());
            if (connection == null) {
                stream.close();
                return;
            }
            connection.opened(stream);
            if (stream.streamId() != 0) {
                requests.add(stream);
            }
        }
    }
}
