package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.MessageCodec;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.netty.buffer.ByteBuf;
import io.netty.incubator.codec.quic.QuicStreamChannel;
import io.netty.incubator.codec.quic.QuicStreamFrame;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A request's conversation over one stream. The event loop puts frames into the inbox and takes buffers to send; everything else
 * happens on the worker that calls.
 */
final class StreamExchange extends FrameHandler implements Exchange {

    /** Frame bytes that wait here unread before the stream is stopped. */
    private static final long INBOX = 4 << 20;
    /** Bytes handed over and not yet taken by QUIC before a sender has to wait. */
    private static final long OUTBOX = 2 << 20;

    /** What an arrival takes beside its bytes: even empty frames fill the inbox. */
    private static final int OVERHEAD = 64;
    /** For the peer's last words, once it has stopped taking ours. */
    private static final long LAST_WORDS_MILLIS = 2_000;

    /** A frame's body, or the end of the stream. */
    private record Arrival(byte[] body, SyncException failure) { }

    private final BlockingDeque<Arrival> inbox = new LinkedBlockingDeque<>();
    private final AtomicLong inboxBytes = new AtomicLong();
    private final Object outboxFree = new Object();
    private final StreamObserver observer;
    private final Duration timeout;
    private final AtomicLong wireBytes = new AtomicLong();
    private long outboxBytes;
    private volatile Session session;
    private volatile SyncException broken;
    private volatile Arrival last;
    private volatile Future<?> finished;
    private volatile boolean closed;

    StreamExchange(Session session, Duration timeout, StreamObserver observer) {
        super(Limits.FRAME_BYTES);
        this.session = session;
        this.timeout = timeout;
        this.observer = observer;
    }

    @Override
    protected void frame(byte[] body) {
        inboxBytes.addAndGet(body.length + OVERHEAD);
        inbox.add(new Arrival(body, null));
        observer.frameArrived(this);
    }

    @Override
    protected void end(SyncException failure) {
        broken = failure;
        inbox.add(new Arrival(null, failure));
        synchronized (outboxFree) {
            outboxFree.notifyAll();
        }
        observer.ended(this, failure);
    }

    @Override
    protected boolean hasRoom() {
        return inboxBytes.get() < INBOX;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public long wireBytes() {
        return wireBytes.get();
    }

    @Override
    public void send(Message message) {
        observer.beforeSend(message);
        byte[] body = MessageCodec.encode(message);
        ByteBuf frame = Frames.frame(context.alloc(), body);
        int length = frame.readableBytes();
        if (!reserve(length)) {
            frame.release();
            throw failure("the peer has not taken anything for " + timeout.toSeconds() + " s");
        }
        wireBytes.addAndGet(length);
        observer.sent(length);
        context.writeAndFlush(frame).addListener(written -> {
            synchronized (outboxFree) {
                outboxBytes -= length;
                if (!written.isSuccess() && broken == null) {
                    broken = new OutcomeUnknown("the peer does not take any more", written.cause());
                }
                outboxFree.notifyAll();
            }
        });
    }

    @Override
    public Message receive() {
        try {
            Arrival arrival = last != null ? last : inbox.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (arrival == null) {
                observer.silent();
                throw new OutcomeUnknown("the peer has said nothing for " + timeout.toSeconds() + " s", null);
            }
            return open(arrival);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknown("interrupted while waiting for the peer: this node is stopping", e);
        }
    }

    @Override
    public Optional<Message> poll() {
        Arrival next = inbox.peek();
        return last != null || next == null || next.body() == null || !observer.takesMore() ? Optional.empty() : Optional.of(open(inbox.remove()));
    }

    @Override
    public void finish() {
        if (finished == null) {
            // As a frame it waits its turn: shutdownOutput() would send it before what the peer's flow control holds back.
            finished = context.writeAndFlush(QuicStreamFrame.EMPTY_FIN);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (finished == null) {
            context.executor().execute(() -> {
                channel().shutdownOutput(ErrorCode.CANCELLED.number());
                free();
            });
        } else {
            // Not before the peer has taken what was sent: closing throws away what waits for its flow control.
            finished.addListener(taken -> free());
            context.executor().schedule(this::free, timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void free() {
        if (channel().isOpen()) {
            if (!channel().isInputShutdown()) {
                channel().shutdownInput(ErrorCode.CANCELLED.number());
            }
            channel().close();
        }
    }

    QuicStreamChannel channel() {
        return (QuicStreamChannel) context.channel();
    }

    private Message open(Arrival arrival) {
        if (arrival.body() == null) {
            last = arrival;
            throw arrival.failure() != null ? arrival.failure()
                    : new OutcomeUnknown("the peer ended the stream before the conversation was over", null);
        }
        inboxBytes.addAndGet(-arrival.body().length - OVERHEAD);
        resume();
        int length = arrival.body().length + Frames.prefixLength(arrival.body().length);
        wireBytes.addAndGet(length);
        Message message = MessageCodec.decode(arrival.body());
        observer.received(message, length);
        if (message instanceof Failure failure) {
            throw told(failure);
        }
        return message;
    }

    private boolean reserve(int length) {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (outboxFree) {
            while (outboxBytes >= OUTBOX && broken == null) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (millis <= 0) {
                    observer.silent();
                    return false;
                }
                try {
                    outboxFree.wait(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            if (broken != null) {
                return false;
            }
            outboxBytes += length;
            return true;
        }
    }

    /** What a peer broke off was not refused: it may be asked again. */
    private static SyncException told(Failure failure) {
        return failure.code() == ErrorCode.SHUTTING_DOWN || failure.code() == ErrorCode.CANCELLED
                ? new OutcomeUnknown("the peer broke off: " + failure.message(), null)
                : new PeerRejected(failure.code(), failure.message(), failure.retryAfter());
    }

    /**
     * The peer's own words say more than a broken stream; they may come a little after it has stopped taking ours. What came before
     * them stays for {@link #poll}.
     */
    private SyncException failure(String otherwise) {
        Deque<Arrival> passed = new ArrayDeque<>();
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(broken == null ? 0 : LAST_WORDS_MILLIS);
            while (last == null) {
                Arrival arrival = inbox.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (arrival == null) {
                    break;
                }
                passed.push(arrival);
                if (arrival.body() == null) {
                    break;
                }
                if (MessageCodec.decode(arrival.body()) instanceof Failure said) {
                    passed.pop();
                    return told(said);
                }
            }
        } catch (ProtocolException garbled) {
            return garbled;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            passed.forEach(inbox::addFirst);
        }
        return broken != null ? broken : new OutcomeUnknown(otherwise, null);
    }
}
