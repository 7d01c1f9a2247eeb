package io.agentdb.sync.quic;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.PortUnreachableException;

/**
 * Hears from the peer's machine that nothing listens on the port (ICMP), on a connected UDP socket. Without it, dialling a node that
 * is not running would take the whole timeout, and so would noticing that it was killed.
 */
final class PortClosed extends ChannelInboundHandlerAdapter {

    private volatile boolean heard;

    boolean heard() {
        return heard;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof PortUnreachableException) {
            heard = true;
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }
}
