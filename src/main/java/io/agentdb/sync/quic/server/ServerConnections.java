package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.ConnectionRegistry.Entry;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.quic.stream.CloseReason;
import io.agentdb.sync.quic.stream.Transport;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.incubator.codec.quic.QuicChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of this node's listener: admits new ones, or tells them why not, and parts with those that are open.
 * Thread-safe; {@link #close} blocks.
 */
@ChannelHandler.Sharable
final class ServerConnections extends CloseReason.Keeper {

    private static final Logger log = LoggerFactory.getLogger(ServerConnections.class);
    private static final String STOPPING = "this node is shutting down";

    private final ServerContext context;
    private final Map<Channel, ServerConnection> open = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    ServerConnections(ServerContext context) {
        this.context = context;
    }

    /** Null if it was not admitted, or is gone. */
    @Nullable ServerConnection of(Channel channel) {
        return open.get(channel);
    }

    /** From now on, until the end is announced. */
    void admit() {
        stopping = false;
    }

    void announceTheEnd() {
        stopping = true;
        open.values().forEach(connection -> connection.goAway(ErrorCode.SHUTTING_DOWN, STOPPING));
    }

    void close() {
        open.values().forEach(connection -> connection.close(ErrorCode.SHUTTING_DOWN, STOPPING));
        open.keySet().forEach(channel -> channel.closeFuture().awaitUninterruptibly(1_000));
    }

    void partWithThoseWhoKnowAnother() {
        open.values().stream().filter(connection -> connection.session() != null
                && !connection.session().own().equals(context.self().actor())).forEach(connection -> connection.goAway(
                        ErrorCode.CURSOR_FROM_FUTURE, "this node has become " + context.self().actor()
                                + ": connect again"));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        QuicChannel channel = (QuicChannel) ctx.channel();
        String id = channel.id().asShortText();
        String address = Transport.address(channel.remoteSocketAddress());
        Optional<Entry> entry = context.registry().admit(id, address, context.maxConnections(),
                reason -> close(channel, ErrorCode.UNSPECIFIED, reason));
        if (stopping) {
            entry.ifPresent(admitted -> context.registry().remove(id));
            close(channel, ErrorCode.SHUTTING_DOWN, STOPPING);
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
        open.put(channel, new ServerConnection(channel, context, entry.get(), address));
        channel.closeFuture().addListener(closed -> {
            open.remove(channel);
            context.registry().remove(id);
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Not closed here: QUIC does, and first it sends the TLS alert that tells the client what is wrong.
        log.debug("A connection from {} failed",
                Transport.address(((QuicChannel) ctx.channel()).remoteSocketAddress()), cause);
    }

    private static void close(QuicChannel channel, ErrorCode code, String reason) {
        channel.close(true, code.number(), Unpooled.copiedBuffer(reason, StandardCharsets.UTF_8));
    }
}
