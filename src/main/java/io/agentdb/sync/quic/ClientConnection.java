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
import io.agentdb.sync.protocol.SyncException;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A connection that we dialled and that has been welcomed. Thread-safe. */
final class ClientConnection {

    /** NATs forget a UDP flow after about 30 s of silence. */
    private static final long KEEPALIVE_SECONDS = 15;
    /** A peer that was heard of so lately need not be asked whether it is there. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final QuicChannel channel;
    private final Remote remote;
    private final Duration timeout;
    private final Entry entry;
    private final QuicMetrics metrics;
    private final Map<Long, CompletableFuture<Void>> pings = new ConcurrentHashMap<>();
    private volatile StreamExchange control;
    private volatile Session session;
    private volatile boolean goingAway;
    private volatile long heardAt = System.nanoTime();

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
        control = open(new Control());
        Instant sent = Instant.now();
        control.send(new Hello(Limits.VERSION, self.nodeId(), self.actor(), List.of("zstd"), remote.token() == null ? "" : remote.token(),
                sent, software));
        Welcome welcome = control.receive(Welcome.class);
        Duration roundTrip = Duration.between(sent, Instant.now());
        session = new Session(channel.id().asShortText(), welcome.nodeId(), welcome.actor(), Set.copyOf(welcome.capabilities()),
                remote.host() + ":" + remote.port(), Duration.between(sent.plus(roundTrip.dividedBy(2)), welcome.clock()));
        entry.introduced(welcome.nodeId(), welcome.actor().name());
        channel.eventLoop().scheduleAtFixedRate(this::keepAlive, KEEPALIVE_SECONDS, KEEPALIVE_SECONDS, TimeUnit.SECONDS);
    }

    /** Opens a stream for one request. */
    Exchange open() {
        StreamExchange exchange = open(new Counting());
        entry.streamOpened();
        exchange.channel().closeFuture().addListener(closed -> entry.streamClosed());
        return exchange;
    }

    /** One round trip. @throws OutcomeUnknown if there is no answer in time; the connection is then closed */
    Duration ping(Duration patience) {
        long nonce = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        CompletableFuture<Void> pong = new CompletableFuture<>();
        pings.put(nonce, pong);
        long start = System.nanoTime();
        try {
            control.send(new Ping(nonce));
            pong.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return Duration.ofNanos(System.nanoTime() - start);
        } catch (TimeoutException | ExecutionException e) {
            close("no answer to a ping");
            throw new OutcomeUnknown("peer " + remote + " has not answered a ping for " + patience.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknown("interrupted while waiting for a pong: this node is stopping", e);
        } finally {
            pings.remove(nonce);
        }
    }

    /** Whether the peer still knows this connection: one that was restarted does not, and says nothing about it. */
    boolean alive(Duration patience) {
        if (System.nanoTime() - heardAt < FRESH_NANOS) {
            return usable();
        }
        try {
            return usable() && !ping(patience).isNegative();
        } catch (SyncException dead) {
            return false;
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

    private void keepAlive() {
        if (channel.isActive() && System.nanoTime() - heardAt > TimeUnit.SECONDS.toNanos(2 * KEEPALIVE_SECONDS + 1)) {
            close("no answer to keepalives");
        } else if (channel.isActive()) {
            control.context.writeAndFlush(Frames.frame(control.context.alloc(), MessageCodec.encode(new Ping(0))));
        }
    }

    private class Counting implements StreamObserver {

        @Override
        public void frameArrived(StreamExchange exchange) {
            heardAt = System.nanoTime();
        }

        @Override
        public void sent(int bytes) {
            entry.sent(bytes);
            metrics.sent(bytes);
        }

        @Override
        public void silent() {
            close("no answer in time");
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
            super.frameArrived(exchange);
            if (session != null) {
                exchange.poll().ifPresent(this::take);
            }
        }

        private void take(Message message) {
            if (message instanceof GoAway) {
                goingAway = true;
            } else if (message instanceof Pong pong) {
                Optional.ofNullable(pings.get(pong.nonce())).ifPresent(waiting -> waiting.complete(null));
            }
        }
    }
}
