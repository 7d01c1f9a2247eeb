package io.agentdb.sync.quic;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.ConnectionRegistry.Entry;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.GoAway;
import io.agentdb.sync.protocol.Message.Hello;
import io.agentdb.sync.protocol.Message.Ping;
import io.agentdb.sync.protocol.Message.Pong;
import io.agentdb.sync.protocol.Message.Welcome;
import io.agentdb.sync.protocol.MessageCodec;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.LocalNode;
import io.netty.buffer.Unpooled;
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

/** A connection that we dialled and that has been welcomed. Thread-safe. */
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
        this.entry = registry.add(id, ConnectionRegistry.Direction.OUT, remote.host() + ":" + remote.port(), this::close);
        channel.closeFuture().addListener(closed -> registry.remove(id));
    }

    void introduce(LocalNode self, String software) {
        StreamExchange control = open(new Control());
        Instant sent = Instant.now();
        control.send(new Hello(Limits.VERSION, self.nodeId(), self.actor(), List.of("zstd"), remote.token() == null ? "" : remote.token(),
                sent, software));
        Welcome welcome = control.receive(Welcome.class);
        Duration roundTrip = Duration.between(sent, Instant.now());
        session = new Session(channel.id().asShortText(), welcome.nodeId(), welcome.actor(), Set.copyOf(welcome.capabilities()),
                remote.host() + ":" + remote.port(), Duration.between(sent.plus(roundTrip.dividedBy(2)), welcome.clock()));
        entry.introduced(welcome.nodeId(), welcome.actor().name());
        channel.eventLoop().scheduleAtFixedRate(() -> keepAlive(control), KEEPALIVE_SECONDS, KEEPALIVE_SECONDS, TimeUnit.SECONDS);
    }

    /** Opens a stream for one request. */
    Exchange open() {
        StreamExchange exchange = open(new Counting());
        entry.streamOpened();
        exchange.channel().closeFuture().addListener(closed -> entry.streamClosed());
        return exchange;
    }

    Duration ping() {
        try (Exchange exchange = open()) {
            long nonce = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
            long start = System.nanoTime();
            exchange.send(new Ping(nonce));
            exchange.finish();
            Pong pong = exchange.receive(Pong.class);
            if (pong.nonce() != nonce) {
                throw new OutcomeUnknown("the peer answered another ping", null);
            }
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    Session session() {
        return session;
    }

    boolean usable() {
        return channel.isActive() && !goingAway;
    }

    int openStreams() {
        return entry.openStreams();
    }

    void close(String reason) {
        channel.close(true, 0, Unpooled.copiedBuffer(reason, StandardCharsets.UTF_8));
    }

    private StreamExchange open(StreamObserver observer) {
        StreamExchange exchange = new StreamExchange(session, timeout, observer);
        Future<QuicStreamChannel> stream = channel.createStream(QuicStreamType.BIDIRECTIONAL, exchange);
        if (!stream.awaitUninterruptibly(timeout.toMillis(), TimeUnit.MILLISECONDS) || !stream.isSuccess()) {
            throw channel.isActive() ? new OutcomeUnknown("no stream could be opened to peer " + remote, stream.cause())
                    : CloseReason.of(channel);
        }
        return exchange;
    }

    private void keepAlive(StreamExchange control) {
        if (channel.isActive()) {
            control.context.writeAndFlush(Frames.frame(control.context.alloc(), MessageCodec.encode(new Ping(1))));
        }
    }

    private class Counting implements StreamObserver {

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

    /** After the welcome nobody waits for what comes on the control stream: it is looked at as it arrives. */
    private final class Control extends Counting {

        @Override
        public void frameArrived(StreamExchange exchange) {
            if (session != null) {
                exchange.poll().filter(GoAway.class::isInstance).ifPresent(goAway -> goingAway = true);
            }
        }
    }
}
