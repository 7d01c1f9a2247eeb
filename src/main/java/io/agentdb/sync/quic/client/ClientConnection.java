package io.agentdb.sync.quic.client;

import io.agentdb.sync.admission.Caller;
import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.admission.ConnectionRegistry.Entry;
import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Hello;
import io.agentdb.sync.protocol.Message.Join;
import io.agentdb.sync.protocol.Message.Welcome;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.stream.CloseReason;
import io.agentdb.sync.quic.stream.QuicMetrics;
import io.agentdb.sync.quic.stream.StreamExchange;
import io.agentdb.sync.quic.stream.StreamObserver;
import io.agentdb.sync.quic.stream.Transport;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicStreamChannel;
import io.netty.incubator.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A connection that we dialled. Thread-safe; calls block, never on an event loop. */
final class ClientConnection {

    /** NATs forget a UDP flow after about 30 s of silence. */
    private static final long KEEPALIVE_SECONDS = 15;
    /** A peer that was heard of so lately need not be asked whether it is there. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final QuicChannel channel;
    private final DialTarget remote;
    private final Duration timeout;
    private final Entry entry;
    private final QuicMetrics metrics;
    private final MemoryBudget memory;
    private final LocalNode self;
    private final ClientControl control = new ClientControl(this);
    private volatile @Nullable Session session;
    private volatile Duration clockOffset = Duration.ZERO;
    private volatile long heardAt = System.nanoTime();
    private volatile boolean goingAway;
    private final AtomicInteger standing = new AtomicInteger();

    ClientConnection(QuicChannel channel, DialTarget remote, Duration timeout, LocalNode self,
            ConnectionRegistry registry, QuicMetrics metrics, MemoryBudget memory) {
        this.self = self;
        this.memory = memory;
        this.channel = channel;
        this.remote = remote;
        this.timeout = timeout;
        this.metrics = metrics;
        String id = channel.id().asShortText();
        this.entry = registry.add(id, Direction.OUT, remote.address().toString(),
                reason -> close(ErrorCode.UNSPECIFIED, reason));
        entry.dialledFrom(Transport.address(channel.parent().localAddress()));
        channel.closeFuture().addListener(closed -> registry.remove(id));
    }

    /** @throws io.agentdb.sync.protocol.SyncException if the peer refuses or does not answer */
    void introduce(String software) {
        open(control);
        Instant sent = Instant.now();
        Hello hello = new Hello(Limits.VERSION, self.nodeId(), self.actor(), Limits.CAPABILITIES,
                remote.token() == null ? "" : remote.token(), sent, software);
        Welcome welcome = control.introduce(hello, timeout);
        if (!welcome.actor().nodeId().equals(welcome.nodeId())) {
            throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                    "actor " + welcome.actor() + " is not of node " + welcome.nodeId());
        }
        Instant middle = sent.plus(Duration.between(sent, Instant.now()).dividedBy(2));
        Session welcomed = new Session(channel.id().asShortText(), welcome.actor(), hello.actor(),
                Set.copyOf(welcome.capabilities()), remote.address().toString(),
                Duration.between(middle, welcome.clock()), new Caller(self.nodeId().name(), welcome.granted()));
        session = welcomed;
        clockOffset = welcomed.clockOffset();
        entry.introduced(welcome.actor(), null);
        metrics.paths().watch(channel, Direction.OUT, remote.name(), welcome.software());
        var keepAlive = channel.eventLoop().scheduleAtFixedRate(this::keepAlive, KEEPALIVE_SECONDS, KEEPALIVE_SECONDS,
                TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> keepAlive.cancel(false));
    }

    /**
     * Says, instead of a hello, that this node has an invitation.
     *
     * @return the answer: joined or not
     * @throws io.agentdb.sync.protocol.SyncException if there is none
     */
    Message join(Join join, Duration patience) {
        open(control);
        return control.join(join, patience);
    }

    /** What a failure of the hello, or of what is said instead, means for a person. */
    SyncException diagnosed(ClientTls tls, SyncException failure) {
        return DialDiagnosis.ofHello(remote, channel, tls, failure);
    }

    /** Opens a stream for one request; the caller closes it. */
    Exchange open() {
        return open(() -> { });
    }

    /** The same, of a request that stays open: others take no other connection because of it. */
    Exchange openStanding() {
        standing.incrementAndGet();
        try {
            return open(standing::decrementAndGet);
        } catch (RuntimeException e) {
            standing.decrementAndGet();
            throw e;
        }
    }

    private Exchange open(Runnable afterwards) {
        StreamExchange exchange = new StreamExchange(session(), timeout, new Counting(), memory);
        QuicStreamChannel stream = open(exchange);
        entry.streamOpened();
        stream.closeFuture().addListener(closed -> {
            entry.streamClosed();
            afterwards.run();
        });
        return exchange;
    }

    /**
     * One round trip.
     *
     * @throws OutcomeUnknown if there is no answer in time; the connection is then closed
     * @throws SyncException as the peer says it, if it has closed the connection
     */
    Duration ping(Duration patience) {
        try {
            Instant sent = Instant.now();
            long start = System.nanoTime();
            Instant there = control.ping(patience);
            Duration roundTrip = Duration.ofNanos(System.nanoTime() - start);
            if (there != null) {
                clockOffset = Duration.between(sent.plus(roundTrip.dividedBy(2)), there);
            }
            return roundTrip;
        } catch (OutcomeUnknown silent) {
            close(ErrorCode.CANCELLED, "no answer to a ping");
            throw new OutcomeUnknown("peer " + remote + ": " + silent.getMessage(), silent);
        }
    }

    /** Whether the peer still knows this connection: one that was restarted does not, and says nothing about it. */
    boolean alive(Duration patience) {
        if (!usable() || System.nanoTime() - heardAt < FRESH_NANOS) {
            return usable();
        }
        try {
            ping(patience);
            return usable();
        } catch (SyncException dead) {
            return false;
        }
    }

    Session session() {
        return Objects.requireNonNull(session, "nobody gets a connection before its welcome");
    }

    /**
     * How far the peer's clock is ahead of ours now: a connection may be days old, and either clock set since its
     * hello. A peer of release 0.1.0 does not tell; then it is as it was at the hello.
     */
    Duration clockOffset(Duration patience) {
        ping(patience);
        return clockOffset;
    }

    /** Whether another request may be opened on it: not once this node is another than the peer was told. */
    boolean usable() {
        return channel.isActive() && !goingAway && session().own().equals(self.actor());
    }

    int openStreams() {
        return entry.openStreams();
    }

    /** Streams of requests that do not stay open. */
    int requests() {
        return entry.openStreams() - standing.get();
    }

    void goingAway() {
        goingAway = true;
    }

    /** Anything came from the peer. */
    void heard() {
        heardAt = System.nanoTime();
    }

    /** Counts bytes of the control stream. */
    void carried(int in, int out) {
        entry.carried(in, out);
        metrics.received(in);
        metrics.sent(out);
    }

    /** For any thread; does not wait. */
    void close(ErrorCode code, String reason) {
        // At once: the channel itself stays active until the event loop comes to it.
        goingAway = true;
        channel.close(true, code.number(), Unpooled.copiedBuffer(reason, StandardCharsets.UTF_8));
    }

    /** Waits until the peer has been told, at most a second. */
    void awaitClosed() {
        channel.closeFuture().awaitUninterruptibly(1_000);
    }

    private void keepAlive() {
        if (System.nanoTime() - heardAt > TimeUnit.SECONDS.toNanos(2 * KEEPALIVE_SECONDS + 1)) {
            close(ErrorCode.CANCELLED, "no answer to keepalives");
        } else {
            control.keepAlive();
        }
    }

    private QuicStreamChannel open(ChannelHandler handler) {
        Future<QuicStreamChannel> stream = channel.createStream(QuicStreamType.BIDIRECTIONAL, handler);
        if (!stream.awaitUninterruptibly(timeout.toMillis()) || !stream.isSuccess()) {
            throw channel.isActive() ? new OutcomeUnknown("no stream could be opened to peer " + remote, stream.cause())
                    : CloseReason.of(channel);
        }
        return stream.getNow();
    }

    private final class Counting implements StreamObserver {

        @Override
        public void bytesArrived() {
            heard();
        }

        @Override
        public void silent() {
            close(ErrorCode.CANCELLED, "no answer in time");
        }

        @Override
        public void sent(int bytes) {
            entry.sent(bytes);
            metrics.sent(bytes);
        }

        @Override
        public void received(Message message, int bytes) {
            entry.received(bytes);
            metrics.received(bytes);
        }
    }
}
