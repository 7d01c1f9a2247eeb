package io.agentdb.sync.quic.stream;

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
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts one stream's bytes into frames: a varint length, then as many bytes. Runs on the event loop; the stream is read
 * by hand, so that a subclass that has no room stops it, and QUIC's flow control stops the sender.
 */
public abstract class FrameHandler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(FrameHandler.class);

    private ByteBuf pending;
    private boolean ended;
    /** Whether the frame that is being gathered may be. */
    private boolean admitted;
    private boolean paused;
    private volatile long lastRead = System.nanoTime();
    private volatile long bytesRead;
    protected ChannelHandlerContext context;

    /** A whole frame's body. */
    protected abstract void frame(byte[] body);

    /**
     * Nothing more will come; called once.
     *
     * @param failure null for a proper end (FIN)
     */
    protected abstract void end(@Nullable SyncException failure);

    /** Whether to read on now; if not, {@link #resume} does later. */
    protected abstract boolean hasRoom();

    /** Whether nobody wants what comes any more: not even the beginning of a frame is kept then. */
    protected boolean discards() {
        return false;
    }

    /** The longest frame that may come next. */
    protected int frameLimit() {
        return Limits.FRAME_BYTES;
    }

    /**
     * Whether there is memory for a frame of that length; asked once for each, before it is gathered.
     *
     * @return false if the stream is over for want of it
     */
    protected boolean admits(int length) {
        return true;
    }

    /** When bytes last arrived, in {@link System#nanoTime}: a long frame on a slow line is not silence. */
    protected final long lastRead() {
        return lastRead;
    }

    /** How many bytes have arrived; counted by the event loop alone. */
    protected final long bytesRead() {
        return bytesRead;
    }

    /** Reads on, if reading stands still. Called from any thread. */
    protected final void resume() {
        onEventLoop(() -> {
            if (paused && hasRoom()) {
                paused = false;
                context.read();
            }
        });
    }

    /** Once the event loop has stopped there is no stream left to do anything about. */
    protected final void onEventLoop(Runnable task) {
        try {
            context.executor().execute(task);
        } catch (RejectedExecutionException stopped) {
            log.debug("A stream was closed after its event loop", stopped);
        }
    }

    protected final QuicStreamChannel stream() {
        return (QuicStreamChannel) context.channel();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        pending = ctx.alloc().buffer(0);
        ctx.channel().config().setAutoRead(false);
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
        lastRead = System.nanoTime();
        bytesRead += bytes.readableBytes();
        try {
            if (discards()) {
                pending.clear();
            } else if (!ended) {
                pending.writeBytes(bytes);
                while (!ended && !discards() && cut()) {
                    // As many frames as there are.
                }
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
            finish(pending.isReadable() ? new OutcomeUnknown("the peer ended the stream in the middle of a frame", null)
                    : null);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        finish(CloseReason.of(stream().parent()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof QuicStreamResetException reset) {
            ErrorCode code = ErrorCode.of(reset.applicationProtocolCode());
            finish(code == ErrorCode.CANCELLED || code == ErrorCode.UNSPECIFIED
                    ? new OutcomeUnknown("the peer reset the stream (" + code + ")", cause)
                    : new PeerRejected(code, "the peer reset the stream (" + code + ")", Duration.ZERO));
        } else {
            if (cause instanceof RuntimeException) {
                log.error("A stream of {} fails, and it is this node's fault", stream().parent().remoteSocketAddress(),
                        cause);
            }
            finish(new OutcomeUnknown("the stream broke: " + cause, cause));
        }
        // The other direction too: a peer that has given up does not read any more.
        stream().shutdownOutput(ErrorCode.CANCELLED.number());
        ctx.close();
    }

    private void finish(@Nullable SyncException failure) {
        if (!ended) {
            ended = true;
            end(failure);
        }
    }

    /**
     * Takes one frame out of what has come.
     *
     * @return false if there is no whole one
     */
    private boolean cut() {
        int start = pending.readerIndex();
        long length = 0;
        for (int shift = 0; ; shift += 7) {
            if (shift > 28) {
                refuse("a length of more than 5 bytes");
                return false;
            }
            if (!pending.isReadable()) {
                pending.readerIndex(start);
                return false;
            }
            byte next = pending.readByte();
            length |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                break;
            }
        }
        // Before anything is allocated for it.
        if (length > frameLimit()) {
            refuse(length + " bytes");
            return false;
        }
        if (!admitted && !admits((int) length)) {
            return false;
        }
        admitted = true;
        if (pending.readableBytes() < length) {
            pending.readerIndex(start);
            return false;
        }
        admitted = false;
        byte[] body = new byte[(int) length];
        pending.readBytes(body);
        frame(body);
        return true;
    }

    private void refuse(String length) {
        finish(new ProtocolException(ErrorCode.FRAME_TOO_LARGE,
                "a frame of " + length + " exceeds the limit of " + frameLimit() + " bytes here"));
    }
}
