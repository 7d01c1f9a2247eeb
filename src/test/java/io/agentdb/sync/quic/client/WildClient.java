package io.agentdb.sync.quic.client;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.stream.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicClientCodecBuilder;
import io.netty.incubator.codec.quic.QuicConnectionCloseEvent;
import io.netty.incubator.codec.quic.QuicSslContext;
import io.netty.incubator.codec.quic.QuicStreamChannel;
import io.netty.incubator.codec.quic.QuicStreamFrame;
import io.netty.incubator.codec.quic.QuicStreamType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;

/** A client that sends whatever bytes it is told to, and gives back what comes. Only connecting and closing block. */
public final class WildClient implements AutoCloseable {

    /** How a stream ends on this side. */
    public enum End { FIN, RESET, STOP_SENDING, NONE }

    /**
     * What has come on a stream until it was closed.
     *
     * @param broken whether the server has reset it, or the connection went
     */
    public record Answer(byte[] bytes, boolean broken) { }

    private static final long PATIENCE_SECONDS = 30;
    private static final QuicSslContext TLS = context();

    private final Channel udp;
    private final QuicChannel connection;
    private final CompletableFuture<Void> told;

    private WildClient(Channel udp, QuicChannel connection, CompletableFuture<Void> told) {
        this.udp = udp;
        this.connection = connection;
        this.told = told;
    }

    private static QuicSslContext context() {
        DefaultSslBundleRegistry none = new DefaultSslBundleRegistry();
        ClientTls tls = new ClientTls(Loopback.UNVERIFIED, ClientTls.source(Loopback.UNVERIFIED, none, none));
        DialTarget server = new DialTarget("server", new HostPort("localhost", 1), null, null);
        return tls.context(tls.material(), tls.trust(server, tls.material()), Limits.ALPN);
    }

    public static WildClient connect(EventLoopGroup group, int port) {
        var address = new InetSocketAddress("127.0.0.1", port);
        Channel udp = Transport.udp(group).handler(Transport.configure(new QuicClientCodecBuilder())
                .initialMaxStreamsBidirectional(0)
                .sslEngineProvider(channel -> TLS.newEngine(channel.alloc())).build()).connect(address)
                .syncUninterruptibly().channel();
        CompletableFuture<Void> told = new CompletableFuture<>();
        QuicChannel connection = QuicChannel.newBootstrap(udp).streamHandler(new ChannelInboundHandlerAdapter())
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void userEventTriggered(ChannelHandlerContext context, Object event) {
                        if (event instanceof QuicConnectionCloseEvent) {
                            told.complete(null);
                        }
                    }
                }).remoteAddress(address).connect().syncUninterruptibly().getNow();
        connection.closeFuture().addListener(closed -> {
            udp.close();
            told.complete(null);
        });
        return new WildClient(udp, connection, told);
    }

    /**
     * Sends the pieces as they are, one after the other, on a new stream.
     *
     * @return what came until the stream was closed on both sides
     */
    public CompletableFuture<Answer> play(List<byte[]> pieces, End end) {
        Collecting collecting = new Collecting();
        connection.createStream(QuicStreamType.BIDIRECTIONAL, collecting).addListener(opened -> {
            if (!opened.isSuccess()) {
                collecting.answer.completeExceptionally(opened.cause());
                return;
            }
            QuicStreamChannel stream = (QuicStreamChannel) opened.getNow();
            pieces.forEach(piece -> stream.writeAndFlush(Unpooled.wrappedBuffer(piece)));
            switch (end) {
                case FIN -> stream.writeAndFlush(QuicStreamFrame.EMPTY_FIN);
                // Of a stream that it has reset or stopped this side hears no more, so it does not wait.
                case RESET -> stream.shutdownOutput(ErrorCode.CANCELLED.number()).addListener(reset -> stream.close());
                case STOP_SENDING -> {
                    stream.shutdownInput(ErrorCode.CANCELLED.number());
                    stream.writeAndFlush(QuicStreamFrame.EMPTY_FIN).addListener(written -> stream.close());
                }
                default -> { }
            }
        });
        return collecting.answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Sends them on the first stream, which stays open, and waits for the first bytes that come. */
    public void greet(byte[] framed) {
        Collecting collecting = new Collecting();
        var stream = connection.createStream(QuicStreamType.BIDIRECTIONAL, collecting).syncUninterruptibly().getNow();
        stream.writeAndFlush(Unpooled.wrappedBuffer(framed));
        collecting.first.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Whether QUIC allows another stream now. */
    public boolean mayOpen() {
        return connection.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0;
    }

    public boolean open() {
        return connection.isActive();
    }

    /** Waits until the server has said that it closes the connection. */
    public void awaitClosed() {
        told.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        connection.close(true, 0, Unpooled.EMPTY_BUFFER).awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
        udp.closeFuture().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static final class Collecting extends ChannelInboundHandlerAdapter {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<Void> first = new CompletableFuture<>();
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private boolean broken;
        private boolean ended;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
            ByteBuf piece = (ByteBuf) message;
            piece.readBytes(bytes, piece.readableBytes());
            piece.release();
            first.complete(null);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            ended |= event == ChannelInputShutdownReadComplete.INSTANCE;
            if (ended) {
                context.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.complete(new Answer(bytes.toByteArray(), broken || !ended));
            first.complete(null);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            broken = true;
            context.close();
        }
    }
}
