package io.agentdb.sync.quic.stream;

import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.Pong;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.protocol.codec.MessageCodec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A request's conversation over one stream. The event loop puts frames into the inbox and takes buffers to send;
 * everything else happens on the worker that calls.
 */
public final class StreamExchange extends FrameHandler implements Exchange {

    /** Bytes handed over and not yet taken by QUIC before a sender has to wait. */
    static final long OUTBOX = 2 << 20;
    /** For the peer's last words, once it has stopped taking ours. */
    private static final long LAST_WORDS_MILLIS = 2_000;
    /** A frame goes out in pieces of this size, so that progress is seen within a long one. */
    private static final int PIECE = 64 << 10;

    private final Inbox inbox = new Inbox();
    private final AtomicLong wireBytes = new AtomicLong();
    private final Outbox outbox = new Outbox(OUTBOX);
    private final Session session;
    private final Duration timeout;
    private final StreamObserver observer;
    private volatile @Nullable SyncException broken;
    /** The peer's last word is here, so that ending the stream without a reset is right. */
    private volatile boolean concluded;
    private volatile boolean refused;
    /**
     * A worker has this exchange: until then no more is read than its first frame, however much its peer has to send.
     */
    private volatile boolean taken;
    private final Held held;
    /** Set before anybody else has this exchange. */
    private StreamShutdown shutdown;

    public StreamExchange(Session session, Duration timeout, StreamObserver observer, MemoryBudget memory) {
        this.held = new Held(memory, session.caller().name(), timeout);
        this.session = session;
        this.timeout = timeout;
        this.observer = observer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        super.handlerAdded(ctx);
        // 64 KiB at a time: what is read at once behind a first frame is there, whether a worker has it or not.
        ctx.channel().config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(1));
        shutdown = new StreamShutdown(ctx, this::onEventLoop, outbox, timeout);
    }

    @Override
    protected int frameLimit() {
        return observer.frameLimit();
    }

    @Override
    protected boolean admits(int length) {
        return observer.admits(this, length);
    }

    @Override
    protected void frame(byte[] body) {
        if (shutdown.closed()) {
            return;
        }
        // A push notices at its next batch that the server has refused it, not after all of them.
        refused |= MessageCodec.isFailure(body);
        inbox.add(body);
        observer.frameArrived(this, body);
    }

    @Override
    protected void end(@Nullable SyncException failure) {
        if (failure == null) {
            concluded = true;
        } else {
            broken = failure;
            outbox.close();
        }
        inbox.end(failure);
        observer.ended(this, failure);
    }

    @Override
    protected boolean hasRoom() {
        return shutdown.closed() || (taken || inbox.isEmpty()) && inbox.hasRoom();
    }

    @Override
    protected boolean discards() {
        return shutdown.closed();
    }

    @Override
    public long heldBytes() {
        return held.bytes();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        observer.bytesArrived();
        super.channelRead(ctx, message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        outbox.close();
        super.channelInactive(ctx);
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public long wireBytes() {
        return wireBytes.get();
    }

    @Override
    public void send(Message message) {
        if (refused) {
            throw failure("the peer has refused the request");
        }
        observer.beforeSend(message);
        byte[] body = MessageCodec.encode(message);
        ByteBuf frame = Frames.frame(context.alloc(), body);
        int length = frame.readableBytes();
        wireBytes.addAndGet(length);
        observer.sent(length);
        try {
            while (frame.isReadable()) {
                int piece = Math.min(PIECE, frame.readableBytes());
                if (!outbox.reserve(piece, timeout)) {
                    if (broken == null) {
                        observer.silent();
                    }
                    throw failure("the peer has not taken anything for " + timeout.toSeconds() + " s");
                }
                write(frame.readRetainedSlice(piece), piece);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            frame.release();
        }
    }

    /** Sends a last word without waiting, however much is under way, and closes. For any thread. */
    public void conclude(Message word) {
        ByteBuf frame = Frames.frame(context.alloc(), MessageCodec.encode(word));
        int length = frame.readableBytes();
        wireBytes.addAndGet(length);
        observer.sent(length);
        context.writeAndFlush(frame);
        finish();
        close();
    }

    @Override
    public Message receive() {
        held.giveBack();
        try {
            long start = System.nanoTime();
            long window = start;
            long before = bytesRead();
            Inbox.Arrival arrival = inbox.take(0);
            while (arrival == null) {
                long now = System.nanoTime();
                long silent = now - Math.max(start, lastRead());
                if (silent >= timeout.toNanos()) {
                    observer.silent();
                    throw OutcomeUnknown.timedOut("the peer has said nothing for " + timeout.toSeconds() + " s", null);
                }
                if (now - window >= timeout.toNanos()) {
                    if (bytesRead() - before < StreamObserver.LEAST_BYTES) {
                        throw OutcomeUnknown.timedOut("the peer has sent less than " + StreamObserver.LEAST_BYTES
                                + " bytes in " + timeout.toSeconds() + " s", null);
                    }
                    window = now;
                    before = bytesRead();
                }
                arrival = inbox.take(Math.min(timeout.toNanos() - silent, window + timeout.toNanos() - now));
            }
            byte[] body = arrival.body();
            observer.arrived(body);
            held.take(body);
            return open(body);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public Optional<Message> poll() {
        return observer.takesMore() ? inbox.ready(this::admitted).map(this::open) : Optional.empty();
    }

    private boolean admitted(byte[] body) {
        observer.arrived(body);
        return held.takeNow(body);
    }

    @Override
    public void finish() {
        shutdown.finish();
    }

    @Override
    public void close() {
        held.giveBack();
        observer.begun();
        if (!shutdown.closed() && shutdown.close(concluded)) {
            // Reads on, throwing away, until the peer's FIN.
            inbox.discard();
            resume();
        }
    }

    /** For a stream that takes a place which others need: QUIC counts it no more. On the event loop. */
    public void forget() {
        shutdown.forget();
    }

    private void write(ByteBuf piece, int length) {
        context.writeAndFlush(piece).addListener(written -> {
            if (!written.isSuccess() && broken == null) {
                broken = new OutcomeUnknown("the peer does not take any more", written.cause());
                outbox.close();
            }
            outbox.taken(length);
            shutdown.taken(written.isSuccess());
        });
    }

    private Message open(byte[] body) {
        taken = true;
        observer.begun();
        resume();
        int length = body.length + Frames.prefixLength(body.length);
        wireBytes.addAndGet(length);
        Message message = MessageCodec.decode(body);
        observer.received(message, length);
        if (message instanceof Failure failure) {
            concluded = true;
            throw FailureMapping.of(failure);
        }
        concluded |= message instanceof PullEnd || message instanceof PushDone || message instanceof Pong;
        return message;
    }

    /**
     * The peer's own words say more than a broken stream; they may come a little after it has stopped taking ours. What
     * came before them stays for {@link #poll}.
     */
    private SyncException failure(String otherwise) {
        try {
            Failure said = inbox.lastWords(TimeUnit.MILLISECONDS.toNanos(
                    broken == null && !refused ? 0 : LAST_WORDS_MILLIS));
            if (said != null) {
                concluded = true;
                return FailureMapping.of(said);
            }
        } catch (ProtocolException garbled) {
            return garbled;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return broken != null ? broken : OutcomeUnknown.timedOut(otherwise, null);
    }

    private static OutcomeUnknown interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new OutcomeUnknown("interrupted while waiting for the peer: this node is stopping", e);
    }
}
