package io.agentdb.sync.quic;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.replica.LocalNode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicChannelOption;
import io.netty.incubator.codec.quic.QuicClientCodecBuilder;
import io.netty.incubator.codec.quic.QuicClosedChannelException;
import io.netty.incubator.codec.quic.QuicConnectionCloseEvent;
import io.netty.incubator.codec.quic.QuicSslContext;
import io.netty.incubator.codec.quic.QuicSslContextBuilder;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;

/** Makes connections: resolve, handshake, hello. Blocks; not for event loops. */
final class Dialer {

    /** TLS alert 120, no_application_protocol (RFC 7301). */
    private static final int NO_APPLICATION_PROTOCOL = 120;
    /** TLS alerts about certificates (RFC 8446, section 6.2): required, unknown, bad and so on. */
    private static final int CERTIFICATE_REQUIRED = 116;

    private final EventLoopGroup group;
    private final ClientSettings settings;
    private final LocalNode self;
    private final String software;
    private final ConnectionRegistry registry;
    private final QuicMetrics metrics;

    Dialer(EventLoopGroup group, ClientSettings settings, LocalNode self, String software, ConnectionRegistry registry,
            QuicMetrics metrics) {
        this.group = group;
        this.settings = settings;
        this.self = self;
        this.software = software;
        this.registry = registry;
        this.metrics = metrics;
    }

    /** @throws PeerUnreachable if nothing trustworthy answers @throws io.agentdb.sync.protocol.PeerRejected if the hello is refused */
    ClientConnection dial(Remote remote) {
        InetSocketAddress address = resolve(remote);
        PeerTrust trust = new PeerTrust(remote, settings.tls());
        QuicSslContext tls = tls(trust);
        ChannelHandler codec = Transport.configure(new QuicClientCodecBuilder())
                // The engine has to know the name, or there is none to verify.
                .sslEngineProvider(channel -> tls.newEngine(channel.alloc(), remote.host(), remote.port()))
                .build();
        ChannelFuture bound = Transport.udp(group).handler(codec).bind(new InetSocketAddress(0)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new PeerUnreachable("no UDP socket can be opened: " + bound.cause().getMessage(), bound.cause());
        }
        Channel socket = bound.channel();
        Future<QuicChannel> connecting = QuicChannel.newBootstrap(socket)
                .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, Transport.segments())
                .handler(new Closes())
                .streamHandler(new RefusedStreams())
                .remoteAddress(address)
                .connect();
        boolean inTime = connecting.awaitUninterruptibly(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        if (!inTime || !connecting.isSuccess()) {
            connecting.cancel(false);
            socket.close();
            throw unreachable(remote, trust, inTime ? connecting.cause() : null);
        }
        QuicChannel channel = connecting.getNow();
        channel.closeFuture().addListener(closed -> socket.close());
        ClientConnection connection = new ClientConnection(channel, remote, settings.timeout(), registry, metrics);
        try {
            connection.introduce(self, software);
            return connection;
        } catch (SyncException e) {
            connection.close("the hello failed");
            throw trust.refusal() != null ? new PeerUnreachable(trust.refusal(), e) : explained(remote, e);
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

    private QuicSslContext tls(PeerTrust trust) {
        QuicSslContextBuilder builder = QuicSslContextBuilder.forClient().trustManager(trust)
                .applicationProtocols(Limits.ALPN).earlyData(false);
        if (settings.tls().cert() != null) {
            try {
                builder.keyManager(settings.tls().key().toFile(), null, settings.tls().cert().toFile());
            } catch (IllegalArgumentException e) {
                throw new TlsFailure("agentdb.client.tls: " + settings.tls().cert() + " and " + settings.tls().key()
                        + " cannot be used: " + e.getMessage(), e);
            }
        }
        return builder.build();
    }

    private SyncException unreachable(Remote remote, PeerTrust trust, Throwable cause) {
        if (trust.refusal() != null) {
            return new PeerUnreachable(trust.refusal(), cause);
        }
        if (cause instanceof QuicClosedChannelException closed && closed.event() != null) {
            return byClose(remote, closed.event(), cause);
        }
        return new PeerUnreachable("nothing answers at peer " + remote + " within " + settings.timeout().toSeconds()
                + " s: is the node running, and does UDP reach it?", new Unanswered(cause));
    }

    private static SyncException byClose(Remote remote, QuicConnectionCloseEvent event, Throwable cause) {
        if (event.isTlsError()) {
            int alert = QuicConnectionCloseEvent.extractTlsError(event.error());
            String why = alert == NO_APPLICATION_PROTOCOL
                    ? "it does not speak " + Limits.ALPN + ": is there another service, or another release, on that port?"
                    : alert == CERTIFICATE_REQUIRED ? "it wants a client certificate: set agentdb.client.tls.cert and .key"
                    : "the TLS handshake failed with alert " + alert + " (RFC 8446, section 6)";
            return new PeerUnreachable("peer " + remote + " refuses: " + why, cause);
        }
        return new PeerUnreachable("peer " + remote + " closed the connection during the handshake (" + event + ")", cause);
    }

    /** With TLS 1.3 a server may refuse a client's certificate after the client's handshake is done. */
    private static SyncException explained(Remote remote, SyncException failure) {
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
