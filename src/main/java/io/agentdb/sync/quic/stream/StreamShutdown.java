package io.agentdb.sync.quic.stream;

import io.agentdb.sync.protocol.ErrorCode;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.incubator.codec.quic.QuicStreamChannel;
import io.netty.incubator.codec.quic.QuicStreamFrame;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a stream ends (RFC 9000, section 3): our side with a FIN, then the peer's, so that QUIC forgets the stream
 * without a reset; or both with a reset, where the conversation was broken off or the peer's side would be waited for
 * without end.
 */
final class StreamShutdown {

    /** How long a closed stream may take to bring out what was sent, and the peer to end its side. */
    private static final Duration LINGER = Duration.ofMinutes(5);

    private final ChannelHandlerContext context;
    private final Executor eventLoop;
    private final Outbox outbox;
    private final long checkNanos;
    private volatile boolean closed;
    /** Our FIN; null until we have sent everything. */
    private volatile @Nullable ChannelFuture end;
    /** The peer has stopped taking. Of the event loop alone. */
    private boolean untaken;

    /** @param patience how long nothing at all may move while a closed stream still brings out what was sent */
    StreamShutdown(ChannelHandlerContext context, Executor eventLoop, Outbox outbox, Duration patience) {
        this.context = context;
        this.eventLoop = eventLoop;
        this.outbox = outbox;
        this.checkNanos = Math.min(patience.toNanos(), LINGER.toNanos());
    }

    /** Whether nobody wants to send or receive any more. For any thread. */
    boolean closed() {
        return closed;
    }

    /** Ends our side, behind everything that has been sent. For the thread that sends. */
    ChannelFuture finish() {
        ChannelFuture ending = end;
        if (ending == null) {
            // As a message behind the others: shutdownOutput would overtake what still waits for flow control.
            ending = context.writeAndFlush(QuicStreamFrame.EMPTY_FIN)
                    .addListener(written -> taken(written.isSuccess()));
            end = ending;
        }
        return ending;
    }

    /**
     * Ends the stream, at once if the conversation is not over. For the thread that sends.
     *
     * @param concluded whether the peer has said its last word
     * @return whether the peer's FIN is still waited for: the stream has to be read on
     */
    boolean close(boolean concluded) {
        closed = true;
        if (end == null && !concluded) {
            eventLoop.execute(this::abort);
            return false;
        }
        ChannelFuture ending = finish();
        eventLoop.execute(() -> {
            if (untaken) {
                abort();
            } else {
                linger(ending, System.nanoTime() + LINGER.toNanos(), outbox.waiting());
            }
        });
        return true;
    }

    /** What was written has been taken, or refused. On the event loop. */
    void taken(boolean success) {
        untaken |= !success;
        if (untaken && closed) {
            abort();
        }
    }

    /** For a stream that takes a place which others need: QUIC counts it no more. On the event loop. */
    void forget() {
        if (closed) {
            abort();
        }
    }

    /** Once its peer has ended and stopped a stream, QUIC forgets it: what waits there waits for ever. */
    private void linger(ChannelFuture ending, long deadline, long waiting) {
        if (!stream().isActive()) {
            return;
        }
        var check = context.executor().schedule(() -> {
            long now = outbox.waiting();
            if (!ending.isDone() && now == waiting || System.nanoTime() - deadline >= 0) {
                abort();
            } else {
                linger(ending, deadline, now);
            }
        }, checkNanos, TimeUnit.NANOSECONDS);
        stream().closeFuture().addListener(gone -> check.cancel(false));
    }

    private void abort() {
        if (stream().isActive()) {
            stream().shutdownOutput(ErrorCode.CANCELLED.number());
            stream().shutdownInput(ErrorCode.CANCELLED.number());
            stream().close();
        }
    }

    private QuicStreamChannel stream() {
        return (QuicStreamChannel) context.channel();
    }
}
