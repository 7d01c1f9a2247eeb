package io.agentdb.sync.quic.stream;

import io.agentdb.sync.protocol.OutcomeUnknown;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Brings an exchange's frames out, as fast as the peer takes them. The event loop tells what has been taken; one worker
 * sends.
 */
final class FrameSender {

    /** A frame goes out in pieces of this size, so that progress is seen within a long one. */
    private static final int PIECE = 64 << 10;

    private final ChannelHandlerContext context;
    private final Outbox outbox;
    private final StreamShutdown shutdown;
    private final Duration timeout;
    private final Consumer<OutcomeUnknown> broken;
    private final Runnable moved;

    /**
     * @param broken told, on the event loop, that the peer has stopped taking
     * @param moved told there that it has taken something
     */
    FrameSender(ChannelHandlerContext context, Outbox outbox, StreamShutdown shutdown, Duration timeout,
            Consumer<OutcomeUnknown> broken, Runnable moved) {
        this.context = context;
        this.outbox = outbox;
        this.shutdown = shutdown;
        this.timeout = timeout;
        this.broken = broken;
        this.moved = moved;
    }

    /**
     * Sends a frame and releases it; waits while too much is under way.
     *
     * @return false if the stream is closed, or the peer has not taken anything within the timeout
     */
    boolean send(ByteBuf frame) throws InterruptedException {
        try {
            while (frame.isReadable()) {
                int piece = Math.min(PIECE, frame.readableBytes());
                if (!outbox.reserve(piece, timeout)) {
                    return false;
                }
                write(frame.readRetainedSlice(piece), piece);
            }
            return true;
        } finally {
            frame.release();
        }
    }

    /** Sends a frame without waiting, however much is under way. For any thread. */
    void sendNow(ByteBuf frame) {
        context.writeAndFlush(frame);
    }

    private void write(ByteBuf piece, int length) {
        context.writeAndFlush(piece).addListener(written -> {
            if (!written.isSuccess()) {
                broken.accept(new OutcomeUnknown("the peer does not take any more", written.cause()));
            }
            outbox.taken(length);
            shutdown.taken(written.isSuccess());
            moved.run();
        });
    }
}
