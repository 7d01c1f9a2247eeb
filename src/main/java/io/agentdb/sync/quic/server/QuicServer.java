package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.admission.ConnectionRegistry.Entry;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.quic.stream.CloseReason;
import io.agentdb.sync.quic.stream.Transport;
import io.agentdb.sync.quic.tls.Distrust;
import io.agentdb.sync.quic.tls.TlsFailure;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicChannelOption;
import io.netty.incubator.codec.quic.QuicServerCodecBuilder;
import io.netty.incubator.codec.quic.QuicStreamChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Path directory;
    private final ServerContext context;
    private final Map<Channel, ServerConnection> connections = new ConcurrentHashMap<>();
    private final ChannelGroup requests = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile @Nullable Listening listening;
    private volatile @Nullable Instant startedAt;
    private volatile @Nullable ServerTls tls;
    private volatile boolean stopping;

    QuicServer(ServerSettings settings, Path directory, ServerContext context) {
        this.settings = settings;
        this.directory = directory;
        this.context = context;
        context.self().whenRenewed(this::partWithThoseWhoKnowAnother);
    }

    private void partWithThoseWhoKnowAnother() {
        connections.values().stream().filter(connection -> connection.session() != null
                && !connection.session().own().equals(context.self().actor())).forEach(connection -> connection.goAway(
                        ErrorCode.CURSOR_FROM_FUTURE, "this node has become " + context.self().actor()
                                + ": connect again"));
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
        stopping = false;
        ServerTls first = ServerTls.load(settings.tls(), directory, this::distrusted);
        tls = first;
        EventLoopGroup group = Transport.group("quic-server", 1);
        ChannelHandler codec = Transport.configure(new QuicServerCodecBuilder())
                // Asked for each connection: the certificate may have been exchanged.
                .sslEngineProvider(channel -> shown().context()
                        .newEngine(channel.alloc(), Transport.host(address(channel)), 0))
                // One more than requests: the control stream is open as long as the connection.
                .initialMaxStreamsBidirectional(context.gate().limits().maxStreamsPerConnection() + 1L)
                .tokenHandler(new RetryToken(this::mayBegin))
                .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, Transport.segments())
                .handler(new Connections())
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
        stopping = true;
        connections.values().forEach(connection -> connection.goAway(
                ErrorCode.SHUTTING_DOWN, "this node is shutting down"));
        if (!requests.newCloseFuture().awaitUninterruptibly(settings.shutdownGrace().toMillis())) {
            log.info("QUIC stops with {} requests still under way; their peers go on from where they were",
                    requests.size());
        }
        connections.values().forEach(connection -> connection.close(
                ErrorCode.SHUTTING_DOWN, "this node is shutting down"));
        connections.keySet().forEach(channel -> channel.closeFuture().awaitUninterruptibly(1_000));
        open.socket().close().awaitUninterruptibly();
        open.group().shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        listening = null;
        log.info("QUIC has stopped");
    }

    /**
     * Takes over certificate files that have changed; connections that are open keep the old one.
     *
     * @return whether there was a change
     * @throws TlsFailure naming the file that cannot be used; then everything stays as it was
     */
    synchronized boolean reloadTls() {
        if (listening == null) {
            return false;
        }
        ServerTls now = ServerTls.load(settings.tls(), directory, this::distrusted);
        if (now.sameAs(tls)) {
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
        Distrust.time(now.chain(), Instant.now()).ifPresent(
                flaw -> log.warn("Peers that do not pin it will refuse this node's certificate,"
                        + " agentdb.server.tls.cert ({}): {}", settings.tls().cert(), flaw));
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
                last == null ? null : last.fingerprint(), settings.tls().cert() == null,
                        context.introduction().wantsTokens());
    }

    private static String address(QuicChannel channel) {
        return Transport.address(channel.remoteSocketAddress());
    }

    /** Admits connections, or tells them that there are too many. */
    @ChannelHandler.Sharable
    private final class Connections extends CloseReason.Keeper {

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            QuicChannel channel = (QuicChannel) ctx.channel();
            String id = channel.id().asShortText();
            String address = address(channel);
            Optional<Entry> entry = context.registry().admit(id, address, context.maxConnections(),
                    reason -> close(channel, ErrorCode.UNSPECIFIED, reason));
            if (stopping) {
                entry.ifPresent(admitted -> context.registry().remove(id));
                close(channel, ErrorCode.SHUTTING_DOWN, "this node is shutting down");
                return;
            }
            if (context.gate().blocklist().blocks(Transport.host(address))) {
                entry.ifPresent(admitted -> context.registry().remove(id));
                context.metrics().refused(ErrorCode.FORBIDDEN);
                context.gate().audit().record("refused", Transport.host(address),
                        Map.of("reason", ErrorCode.FORBIDDEN, "why", "blocked"));
                close(channel, ErrorCode.FORBIDDEN, "this address is blocked here");
                return;
            }
            if (entry.isEmpty()) {
                context.metrics().refused(ErrorCode.TOO_MANY_CONNECTIONS);
                context.gate().audit().record("refused", Transport.host(address),
                        Map.of("reason", ErrorCode.TOO_MANY_CONNECTIONS));
                close(channel, ErrorCode.TOO_MANY_CONNECTIONS, "this node serves at most " + context.maxConnections()
                        + " connections at once (its agentdb.server.max-connections): try again later");
                return;
            }
            connections.put(channel, new ServerConnection(channel, context, entry.get(), address));
            channel.closeFuture().addListener(closed -> {
                connections.remove(channel);
                context.registry().remove(id);
            });
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // Not closed here: QUIC does, and first it sends the TLS alert that tells the client what is wrong.
            log.debug("A connection from {} failed", address((QuicChannel) ctx.channel()), cause);
        }

        private void close(QuicChannel channel, ErrorCode code, String reason) {
            channel.close(true, code.number(), Unpooled.copiedBuffer(reason, StandardCharsets.UTF_8));
        }
    }

    @ChannelHandler.Sharable
    private final class Streams extends ChannelInitializer<QuicStreamChannel> {

        @Override
        protected void initChannel(QuicStreamChannel stream) {
            ServerConnection connection = connections.get(stream.parent());
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
