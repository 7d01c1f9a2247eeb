package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
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
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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

    /** A frame's body, or the end of the stream. */
    private record Arrival(byte[] body, SyncException failure) { }

    private final BlockingQueue<Arrival> inbox = new LinkedBlockingQueue<>();
    private final AtomicLong inboxBytes = new AtomicLong();
    private final Object outboxFree = new Object();
    private final StreamObserver observer;
    private final Duration timeout;
    private final AtomicLong wireBytes = new AtomicLong();
    private long outboxBytes;
    private volatile Session session;
    private volatile SyncException broken;
    private volatile Arrival last;
    private volatile boolean finished;
    private volatile boolean closed;

    StreamExchange(Session session, Duration timeout, StreamObserver observer) {
        this.session = session;
        this.timeout = timeout;
        this.observer = observer;
    }

    @Override
    protected void frame(byte[] body) {
        inboxBytes.addAndGet(body.length);
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
        observer.ended(this);
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
        return last != null || next == null || next.body() == null ? Optional.empty() : Optional.of(open(inbox.remove()));
    }

    @Override
    public void finish() {
        if (!finished) {
            finished = true;
            context.executor().execute(() -> channel().shutdownOutput());
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        context.executor().execute(() -> {
            if (!finished) {
                channel().shutdownOutput(ErrorCode.CANCELLED.number());
            }
            if (!channel().isInputShutdown()) {
                channel().shutdownInput(ErrorCode.CANCELLED.number());
            }
            channel().close();
        });
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
        inboxBytes.addAndGet(-arrival.body().length);
        resume();
        int length = arrival.body().length + Frames.prefixLength(arrival.body().length);
        wireBytes.addAndGet(length);
        Message message = MessageCodec.decode(arrival.body());
        observer.received(message, length);
        if (message instanceof Failure failure) {
            throw new PeerRejected(failure.code(), failure.message(), failure.retryAfter());
        }
        return message;
    }

    private boolean reserve(int length) {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (outboxFree) {
            while (outboxBytes >= OUTBOX && broken == null) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (millis <= 0) {
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

    /** The peer's own words, if it left some, say more than a broken stream. */
    private SyncException failure(String otherwise) {
        for (Arrival arrival = inbox.poll(); arrival != null; arrival = inbox.poll()) {
            if (arrival.body() != null) {
                try {
                    open(arrival);
                } catch (PeerRejected | ProtocolException said) {
                    return said;
                }
            }
        }
        return broken != null ? broken : new OutcomeUnknown(otherwise, null);
    }
}
