package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.SyncException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.incubator.codec.quic.QuicStreamChannel;
import io.netty.incubator.codec.quic.QuicStreamResetException;
import java.time.Duration;

/**
 * Cuts one stream's bytes into frames: a varint length, then as many bytes. Runs on the event loop; the stream is read by hand, so
 * that a subclass that has no room stops it, and QUIC's flow control stops the sender.
 */
abstract class FrameHandler extends ChannelInboundHandlerAdapter {

    private ByteBuf pending;
    private boolean ended;
    private boolean paused;
    protected ChannelHandlerContext context;

    /** A whole frame's body. */
    protected abstract void frame(byte[] body);

    /** Nothing more will come. @param failure null for a proper end (FIN) */
    protected abstract void end(SyncException failure);

    /** Whether to read on now; if not, {@link #resume} does later. */
    protected abstract boolean hasRoom();

    /** Reads on, if reading stands still. Called from any thread. */
    protected final void resume() {
        context.executor().execute(() -> {
            if (paused && hasRoom()) {
                paused = false;
                context.read();
            }
        });
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        pending = ctx.alloc().buffer(0);
        ctx.channel().config().setAutoRead(false);
        if (ctx.channel().isActive()) {
            ctx.read();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        pending.release();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (!ended) {
                pending.writeBytes(bytes);
                cut();
                pending.discardSomeReadBytes();
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (hasRoom()) {
            ctx.read();
        } else {
            paused = true;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownReadComplete.INSTANCE) {
            finish(pending.isReadable() ? new OutcomeUnknown("the peer ended the stream in the middle of a frame", null) : null);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        finish(CloseReason.of(((QuicStreamChannel) ctx.channel()).parent()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof QuicStreamResetException reset) {
            ErrorCode code = ErrorCode.of(reset.applicationProtocolCode());
            finish(code == ErrorCode.CANCELLED || code == ErrorCode.UNSPECIFIED
                    ? new OutcomeUnknown("the peer reset the stream (" + code + ")", cause)
                    : new PeerRejected(code, "the peer reset the stream (" + code + ")", Duration.ZERO));
        } else {
            finish(new OutcomeUnknown("the stream broke: " + cause.getMessage(), cause));
            ctx.close();
        }
    }

    private void finish(SyncException failure) {
        if (!ended) {
            ended = true;
            end(failure);
        }
    }

    private void cut() {
        while (true) {
            int start = pending.readerIndex();
            long length = 0;
            int shift = 0;
            while (true) {
                if (!pending.isReadable()) {
                    pending.readerIndex(start);
                    return;
                }
                byte next = pending.readByte();
                length |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    break;
                }
                shift += 7;
                if (shift > 28) {
                    refuse(Long.MAX_VALUE);
                    return;
                }
            }
            // Before anything is allocated for it.
            if (length > Limits.FRAME_BYTES) {
                refuse(length);
                return;
            }
            if (pending.readableBytes() < length) {
                pending.readerIndex(start);
                return;
            }
            byte[] body = new byte[(int) length];
            pending.readBytes(body);
            frame(body);
        }
    }

    private void refuse(long length) {
        finish(new ProtocolException(ErrorCode.FRAME_TOO_LARGE, "a frame of "
                + (length == Long.MAX_VALUE ? "more than 4 GiB" : length + " bytes") + " exceeds the limit of " + Limits.FRAME_BYTES));
        ((QuicStreamChannel) context.channel()).shutdownInput(ErrorCode.FRAME_TOO_LARGE.number());
    }
}
