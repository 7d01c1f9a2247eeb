package io.agentdb.sync.quic;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.PortUnreachableException;
import java.util.concurrent.TimeUnit;

/**
 * Hears from the peer's machine that nothing listens on the port (ICMP), on a connected UDP socket. Without it, dialling a node that
 * is not running would take the whole timeout, and so would noticing that it was killed.
 */
final class PortClosed extends ChannelInboundHandlerAdapter {

    /** The kernel tells the error before what the peer has sent: its last words wait behind it. */
    private static final long LAST_WORDS_MILLIS = 200;

    private volatile boolean heard;

    boolean heard() {
        return heard;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof PortUnreachableException) {
            if (!heard) {
                heard = true;
                ctx.executor().schedule(() -> ctx.close(), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
            }
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }
}
