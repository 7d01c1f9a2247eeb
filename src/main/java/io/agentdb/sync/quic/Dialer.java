package io.agentdb.sync.quic;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.replica.LocalNode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicChannelOption;
import io.netty.incubator.codec.quic.QuicClientCodecBuilder;
import io.netty.incubator.codec.quic.QuicClosedChannelException;
import io.netty.incubator.codec.quic.QuicConnectionCloseEvent;
import io.netty.incubator.codec.quic.QuicSslContext;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;

/** Makes connections: resolve, handshake, hello. Blocks; not for event loops. */
final class Dialer {

    private final EventLoopGroup group;
    private final ClientSettings settings;
    private final ClientTls tls;
    private final LocalNode self;
    private final String software;
    private final ConnectionRegistry registry;
    private final QuicMetrics metrics;

    /** @throws TlsFailure if the settings name a file that cannot be used */
    Dialer(EventLoopGroup group, ClientSettings settings, LocalNode self, String software, ConnectionRegistry registry,
            QuicMetrics metrics) {
        this.group = group;
        this.settings = settings;
        this.tls = new ClientTls(settings.tls());
        this.self = self;
        this.software = software;
        this.registry = registry;
        this.metrics = metrics;
    }

    /** @throws PeerUnreachable if nothing trustworthy answers @throws io.agentdb.sync.protocol.PeerRejected if the hello is refused */
    ClientConnection dial(Remote remote) {
        InetSocketAddress address = resolve(remote);
        PeerTrust trust = tls.trust(remote);
        QuicSslContext context = tls.context(trust);
        ChannelHandler codec = Transport.configure(new QuicClientCodecBuilder())
                // The engine has to know the name, or the server cannot choose its certificate by it.
                .sslEngineProvider(channel -> context.newEngine(channel.alloc(), remote.host(), remote.port()))
                .build();
        PortClosed port = new PortClosed();
        Channel socket = connected(remote, address, codec, port);
        Future<QuicChannel> connecting = QuicChannel.newBootstrap(socket)
                .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, Transport.segments())
                .handler(new Closes())
                .streamHandler(new RefusedStreams())
                .remoteAddress(address)
                .connect();
        boolean inTime = settled(connecting, socket, remote);
        if (!inTime || !connecting.isSuccess()) {
            socket.close();
            throw unreachable(remote, trust, port, inTime ? connecting.cause() : null);
        }
        QuicChannel channel = connecting.getNow();
        channel.closeFuture().addListener(closed -> socket.close());
        ClientConnection connection = new ClientConnection(channel, remote, settings.timeout(), registry, metrics);
        try {
            connection.introduce(self, software);
            return connection;
        } catch (SyncException e) {
            QuicConnectionCloseEvent refusal = CloseReason.event(channel);
            connection.close("the hello failed");
            throw explained(remote, refusal, e);
        }
    }

    /** Connected, so that the kernel tells us when nothing listens there. */
    private Channel connected(Remote remote, InetSocketAddress address, ChannelHandler codec, PortClosed port) {
        ChannelFuture socket = Transport.udp(group).handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(codec, port);
            }
        }).connect(address);
        if (!settled(socket, socket.channel(), remote) || !socket.isSuccess()) {
            socket.channel().close();
            throw new PeerUnreachable("peer " + remote + " cannot be reached from this machine: "
                    + (socket.cause() == null ? "no UDP socket can be opened" : socket.cause().getMessage()), new Unanswered(socket.cause()));
        }
        return socket.channel();
    }

    /** Waits for it; a thread that is interrupted, because this node stops, does not wait on. */
    private boolean settled(Future<?> future, Channel socket, Remote remote) {
        try {
            return future.await(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            socket.close();
            Thread.currentThread().interrupt();
            throw new PeerUnreachable("interrupted while dialling peer " + remote + ": this node is stopping", e);
        }
    }

    private static InetSocketAddress resolve(Remote remote) {
        try {
            return new InetSocketAddress(InetAddress.getByName(remote.host()), remote.port());
        } catch (UnknownHostException e) {
            throw new PeerUnreachable("the host '" + remote.host() + "' of peer " + remote.name()
                    + " cannot be resolved: correct the peer's address, or make the name known to this machine", e);
        }
    }

    private SyncException unreachable(Remote remote, PeerTrust trust, PortClosed port, Throwable cause) {
        if (trust.refusal() != null) {
            return new PeerUnreachable(trust.refusal(), cause);
        }
        if (port.heard()) {
            return new PeerUnreachable("nothing listens at peer " + remote + ": is the node running, and is the port right (UDP)?",
                    new Unanswered(cause));
        }
        if (cause instanceof QuicClosedChannelException closed && closed.event() != null) {
            return HandshakeRefusal.of(remote, closed.event(), cause);
        }
        return new PeerUnreachable("nothing answers at peer " + remote + " within " + settings.timeout().toMillis()
                + " ms: is the node running, and does UDP reach it?", new Unanswered(cause));
    }

    /** With TLS 1.3 a server may refuse a client's certificate after the client's handshake is done. */
    private static SyncException explained(Remote remote, QuicConnectionCloseEvent refusal, SyncException failure) {
        if (refusal != null && refusal.isTlsError()) {
            return HandshakeRefusal.of(remote, refusal, failure);
        }
        return failure instanceof OutcomeUnknown
                ? new PeerUnreachable("peer " + remote + " did not answer the hello: " + failure.getMessage(), new Unanswered(failure))
                : failure;
    }

    /** Keeps the reason for the streams that end with the connection. */
    private static final class Closes extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof QuicConnectionCloseEvent close) {
                CloseReason.remember((QuicChannel) ctx.channel(), close);
            }
            ctx.fireUserEventTriggered(event);
        }
    }

    /** A server opens no streams. */
    private static final class RefusedStreams extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.close();
        }
    }
}
