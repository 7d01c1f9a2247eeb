package io.agentdb.sync.quic.client;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.stream.CloseReason;
import io.agentdb.sync.quic.stream.QuicMetrics;
import io.agentdb.sync.quic.stream.Transport;
import io.agentdb.sync.quic.tls.TlsFailure;
import io.agentdb.sync.quic.tls.TlsMaterial;
import io.agentdb.sync.quic.tls.TlsSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicChannelOption;
import io.netty.incubator.codec.quic.QuicClientCodecBuilder;
import io.netty.incubator.codec.quic.QuicSslContext;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes connections: resolve, handshake, hello. Blocks; not for event loops. Thread-safe. */
public final class Dialer {

    private static final Logger log = LoggerFactory.getLogger(Dialer.class);

    private static final long LAST_WORDS_MILLIS = 200;

    private final EventLoopGroup group;
    private final ClientSettings settings;
    private final ClientTls tls;
    private final String alpn;
    private final LocalNode self;
    private final String software;
    private final ConnectionRegistry registry;
    private final QuicMetrics metrics;
    private final MemoryBudget memory;

    /**
     * @param source of the certificate that this node shows to peers, and of the authorities that it trusts
     * @throws TlsFailure at start, and not at the first sync, if there is something that cannot be used
     */
    public Dialer(EventLoopGroup group, ClientSettings settings, TlsSource source, String alpn, LocalNode self,
            String software, ConnectionRegistry registry, QuicMetrics metrics, MemoryBudget memory) {
        this(settings, new ClientTls(settings.tls(), source), group, alpn, self, software, registry, metrics, memory);
        tls.check(alpn);
        tls.flaw(Instant.now()).ifPresent(flaw -> log.warn(
                "Peers that want a certificate will refuse this node's, {}: {}", tls.named(), flaw));
    }

    private Dialer(ClientSettings settings, ClientTls tls, EventLoopGroup group, String alpn, LocalNode self,
            String software, ConnectionRegistry registry, QuicMetrics metrics, MemoryBudget memory) {
        this.tls = tls;
        this.memory = memory;
        this.group = group;
        this.settings = settings;
        this.alpn = alpn;
        this.self = self;
        this.software = software;
        this.registry = registry;
        this.metrics = metrics;
    }

    /** The same with other times. */
    Dialer within(ClientSettings other) {
        return new Dialer(other, tls, group, alpn, self, software, registry, metrics, memory);
    }

    EventLoopGroup group() {
        return group;
    }

    /**
     * One try: connects and says hello.
     *
     * @throws PeerUnreachable if nothing trustworthy answers; caused by {@link NoAnswer} if another try may help
     * @throws io.agentdb.sync.protocol.PeerRejected if the hello is refused
     */
    ClientConnection dial(DialTarget remote) {
        ClientConnection connection = connect(remote);
        try {
            connection.introduce(software);
            return connection;
        } catch (SyncException e) {
            connection.close(ErrorCode.CANCELLED, "the hello failed");
            throw diagnosed(connection, e);
        }
    }

    /** What a failure of the hello, or of what is said instead, means for a person. */
    SyncException diagnosed(ClientConnection connection, SyncException failure) {
        return connection.diagnosed(tls, failure);
    }

    /** One try to connect to who has the pinned certificate; says nothing yet. */
    ClientConnection connect(DialTarget remote) {
        InetSocketAddress address = resolve(remote);
        TlsMaterial material = tls.material();
        PeerTrust trust = tls.trust(remote, material);
        QuicSslContext context = tls.context(material, trust, alpn);
        Socket socket = new Socket(Transport.configure(new QuicClientCodecBuilder())
                // The engine has to know the name, or there is none to verify.
                .sslEngineProvider(channel -> context.newEngine(channel.alloc(), remote.serverName(),
                        remote.address().port()))
                // A server opens no streams.
                .initialMaxStreamsBidirectional(0)
                .build());
        Channel udp = open(socket, remote, address);
        Future<QuicChannel> connecting = QuicChannel.newBootstrap(udp)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.timeout().toMillis())
                .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, Transport.segments())
                .handler(new Closes())
                .streamHandler(new ChannelInboundHandlerAdapter())
                .remoteAddress(address)
                .connect();
        settled(connecting, udp, remote);
        if (!connecting.isSuccess()) {
            udp.close();
            throw DialDiagnosis.ofHandshake(remote, alpn, trust, socket.refused, settings, tls, connecting.cause());
        }
        QuicChannel channel = connecting.getNow();
        channel.closeFuture().addListener(closed -> udp.close());
        return new ClientConnection(channel, remote, settings.timeout(), self, registry, metrics, memory);
    }

    /** Waits for it; a thread that is interrupted, because this node stops, does not wait on. */
    private static void settled(Future<?> future, Channel udp, DialTarget remote) {
        try {
            future.await();
        } catch (InterruptedException e) {
            udp.close();
            Thread.currentThread().interrupt();
            throw new PeerUnreachable("interrupted while dialling peer " + remote + ": this node is stopping", e);
        }
    }

    private static InetSocketAddress resolve(DialTarget remote) {
        try {
            return new InetSocketAddress(InetAddress.getByName(remote.address().host()), remote.address().port());
        } catch (UnknownHostException e) {
            throw new PeerUnreachable("cannot resolve host '" + remote.address().host() + "' of peer '" + remote.name()
                    + "': check agentdb.peers[i].address, or make the name known to this machine", e);
        }
    }

    private static Channel open(Socket socket, DialTarget remote, InetSocketAddress address) {
        // Connected, so that an ICMP answer comes back as "refused": else nobody listening looks like a slow network.
        ChannelFuture open = Transport.udp(socket.group()).handler(socket).connect(address).awaitUninterruptibly();
        if (!open.isSuccess()) {
            throw new PeerUnreachable("no UDP socket to peer " + remote + ": " + open.cause().getMessage(),
                    new NoAnswer(open.cause()));
        }
        return open.channel();
    }

    /** One connection's UDP socket. */
    private final class Socket extends ChannelInitializer<Channel> {

        private final ChannelHandler codec;
        private volatile boolean refused;

        Socket(ChannelHandler codec) {
            this.codec = codec;
        }

        EventLoopGroup group() {
            return group;
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(codec).addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                    refused |= cause instanceof PortUnreachableException;
                    // The kernel tells the error before what the peer has sent: its last words wait behind it.
                    ctx.executor().schedule(() -> ctx.close(), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
                }
            });
        }
    }

    private static final class Closes extends CloseReason.Keeper {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // QUIC closes the connection if it has to, and first tells the peer why.
            log.debug("A connection that was dialled failed", cause);
        }
    }
}
