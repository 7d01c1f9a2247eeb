package io.agentdb.sync.quic.stream;

import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.protocol.codec.MessageCodec;
import io.agentdb.sync.telemetry.TraceParent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A request's conversation over one stream. The event loop puts frames into the inbox and takes buffers to send;
 * everything else happens on the worker that calls.
 */
public final class StreamExchange extends FrameHandler implements Exchange {

    /** Bytes handed over and not yet taken by QUIC before a sender has to wait. */
    private static final long OUTBOX = 2 << 20;

    private final Inbox inbox = new Inbox();
    private final Conclusion conclusion = new Conclusion(inbox);
    private final AtomicLong wireBytes = new AtomicLong();
    private final Outbox outbox = new Outbox(OUTBOX);
    private final Session session;
    private final Duration timeout;
    private final StreamObserver observer;
    /**
     * A worker has this exchange: until then no more is read than its first frame, however much its peer has to send.
     */
    private volatile boolean taken;
    private final ExchangeMemory held;
    /** Called when there is something to receive. */
    private volatile Runnable due = () -> { };
    /** Why it is not to rest any more. */
    private volatile @Nullable SyncException leaving;
    private volatile boolean resting;
    private volatile @Nullable TraceParent trace;
    /** Set before anybody else has this exchange, as the next one. */
    private StreamShutdown shutdown;
    private FrameSender sender;
    private Untaken untaken;

    public StreamExchange(Session session, Duration timeout, StreamObserver observer, MemoryBudget memory) {
        this.held = new ExchangeMemory(memory, session.caller().name(), timeout);
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
        untaken = new Untaken(ctx.executor(), outbox, timeout, () -> due.run(), () -> leave(stuck()));
        sender = new FrameSender(ctx, outbox, shutdown, timeout, this::untaken, untaken::moved);
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
        conclusion.frame(body);
        inbox.add(body);
        observer.frameArrived(this, body);
        due.run();
    }

    @Override
    protected void end(@Nullable SyncException failure) {
        if (failure == null) {
            conclusion.ended();
        } else {
            conclusion.broke(failure);
            outbox.close();
        }
        inbox.end(failure);
        observer.ended(this, failure);
        due.run();
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
    public void tell(TraceParent parent) {
        trace = parent;
    }

    @Override
    public Optional<TraceParent> told() {
        return Optional.ofNullable(trace);
    }

    @Override
    public void send(Message message) {
        if (conclusion.refused()) {
            throw conclusion.failure("the peer has refused the request");
        }
        observer.beforeSend(message);
        try {
            if (!sender.send(frame(message))) {
                if (!conclusion.broken()) {
                    observer.silent();
                }
                throw conclusion.failure(stuck().getMessage());
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Sends a last word without waiting, however much is under way, and closes. For any thread. */
    public void conclude(Message word) {
        sender.sendNow(frame(word));
        finish();
        close();
    }

    @Override
    public Message receive() {
        held.giveBack();
        try {
            FrameWait wait = new FrameWait(timeout, this::lastRead, this::bytesRead, observer::silent);
            Inbox.Arrival arrival = inbox.take(0);
            while (arrival == null) {
                arrival = inbox.take(wait.nanos());
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

    @Override
    public boolean ready() {
        return inbox.ready();
    }

    @Override
    public void rest(Runnable then) {
        held.giveBack();
        due = then;
        resting = true;
        SyncException why = leaving;
        if (why != null) {
            inbox.end(why);
        }
        untaken.rest();
        // It may have come just before.
        if (ready()) {
            then.run();
        }
    }

    @Override
    public boolean keepsUp() {
        return !untaken.much();
    }

    /** Whether nobody is at it until there is something to receive. */
    public boolean resting() {
        return resting;
    }

    /**
     * Ends what rests, now or as soon as it does; a conversation that is under way comes to its end. For any thread.
     */
    public void leave(SyncException why) {
        leaving = why;
        if (resting) {
            inbox.end(why);
            due.run();
        }
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
        if (!shutdown.closed() && shutdown.close(conclusion.reached())) {
            // Reads on, throwing away, until the peer's FIN.
            inbox.discard();
            resume();
        }
    }

    /** For a stream that takes a place which others need: QUIC counts it no more. On the event loop. */
    public void forget() {
        shutdown.forget();
    }

    private ByteBuf frame(Message message) {
        ByteBuf frame = Frames.frame(context.alloc(), encoded(message));
        int length = frame.readableBytes();
        wireBytes.addAndGet(length);
        observer.sent(length);
        return frame;
    }

    private byte[] encoded(Message message) {
        TraceParent its = trace;
        return its != null && message instanceof Message.Request request
                ? MessageCodec.encode(request, session.capabilities(), its)
                : MessageCodec.encode(message, session.capabilities());
    }

    private OutcomeUnknown stuck() {
        return OutcomeUnknown.timedOut("the peer has not taken anything for " + timeout.toSeconds() + " s", null);
    }

    private void untaken(OutcomeUnknown failure) {
        if (!conclusion.broken()) {
            conclusion.broke(failure);
            outbox.close();
        }
    }

    private Message open(byte[] body) {
        taken = true;
        resting = false;
        observer.begun();
        resume();
        int length = body.length + Frames.prefixLength(body.length);
        wireBytes.addAndGet(length);
        Message message = MessageCodec.decode(body);
        if (message instanceof Message.Request) {
            trace = MessageCodec.trace(body).orElse(null);
        }
        observer.received(message, length);
        conclusion.heard(message);
        return message;
    }

    private static OutcomeUnknown interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new OutcomeUnknown("interrupted while waiting for the peer: this node is stopping", e);
    }
}
