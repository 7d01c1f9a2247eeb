package io.agentdb.sync.quic;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.admission.ConnectionRegistry.Entry;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Hello;
import io.agentdb.sync.protocol.Message.Ping;
import io.agentdb.sync.protocol.Message.Pong;
import io.agentdb.sync.protocol.Message.Welcome;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.LocalNode;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicStreamChannel;
import io.netty.incubator.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A connection that we dialled. Thread-safe; calls block, never on an event loop. */
final class ClientConnection {

    /** NATs forget a UDP flow after about 30 s of silence. */
    private static final long KEEPALIVE_SECONDS = 15;

    private final QuicChannel channel;
    private final Remote remote;
    private final Duration timeout;
    private final Entry entry;
    private final QuicMetrics metrics;
    private volatile Session session;
    private volatile boolean goingAway;

    ClientConnection(QuicChannel channel, Remote remote, Duration timeout, ConnectionRegistry registry, QuicMetrics metrics) {
        this.channel = channel;
        this.remote = remote;
        this.timeout = timeout;
        this.metrics = metrics;
        String id = channel.id().asShortText();
        this.entry = registry.add(id, Direction.OUT, remote.address(), reason -> close(ErrorCode.UNSPECIFIED, reason));
        channel.closeFuture().addListener(closed -> registry.remove(id));
    }

    /** @throws io.agentdb.sync.protocol.SyncException if the peer refuses or does not answer */
    void introduce(LocalNode self, String software) {
        ClientControl control = new ClientControl(this);
        open(control);
        Instant sent = Instant.now();
        Welcome welcome = control.introduce(new Hello(Limits.VERSION, self.nodeId(), self.actor(), List.of("zstd"),
                remote.token() == null ? "" : remote.token(), sent, software), timeout);
        Instant middle = sent.plus(Duration.between(sent, Instant.now()).dividedBy(2));
        session = new Session(channel.id().asShortText(), welcome.nodeId(), welcome.actor(), Set.copyOf(welcome.capabilities()),
                remote.address(), Duration.between(middle, welcome.clock()));
        entry.introduced(welcome.nodeId(), welcome.actor().name());
        var keepAlive = channel.eventLoop().scheduleAtFixedRate(control::keepAlive, KEEPALIVE_SECONDS, KEEPALIVE_SECONDS,
                TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> keepAlive.cancel(false));
    }

    /** Opens a stream for one request; the caller closes it. */
    Exchange open() {
        StreamExchange exchange = new StreamExchange(session, timeout, new Counting());
        QuicStreamChannel stream = open(exchange);
        entry.streamOpened();
        stream.closeFuture().addListener(closed -> entry.streamClosed());
        return exchange;
    }

    Duration ping() {
        try (Exchange exchange = open()) {
            long nonce = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
            long start = System.nanoTime();
            exchange.send(new Ping(nonce));
            exchange.finish();
            if (exchange.receive(Pong.class).nonce() != nonce) {
                throw new OutcomeUnknown("the peer answered another ping", null);
            }
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    Session session() {
        return session;
    }

    /** Whether another request may be opened on it. */
    boolean usable() {
        return channel.isActive() && !goingAway;
    }

    int openStreams() {
        return entry.openStreams();
    }

    void goingAway() {
        goingAway = true;
    }

    /** Counts bytes of the control stream. */
    void carried(int in, int out) {
        entry.carried(in, out);
        metrics.received(in);
        metrics.sent(out);
    }

    /** For any thread; does not wait. */
    void close(ErrorCode code, String reason) {
        channel.close(true, code.number(), Unpooled.copiedBuffer(reason, StandardCharsets.UTF_8));
    }

    /** Waits until the peer has been told, at most a second. */
    void awaitClosed() {
        channel.closeFuture().awaitUninterruptibly(1_000);
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
