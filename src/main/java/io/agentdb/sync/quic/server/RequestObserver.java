package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.ConnectionRegistry.Entry;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.DigestQuery;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.Ping;
import io.agentdb.sync.protocol.Message.Pong;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.protocol.codec.MessageCodec;
import io.agentdb.sync.protocol.codec.Payload;
import io.agentdb.sync.quic.stream.StreamExchange;
import io.agentdb.sync.quic.stream.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A client's request on the server's side: admits and dispatches it, counts its bytes and charges them to the client.
 */
final class RequestObserver implements StreamObserver {

    /** What a comparison's query costs beside its bytes: it has records read that are not sent. */
    private static final long SCAN_BYTES = 64 << 10;

    private final ServerConnection connection;
    private final Session session;
    private final ServerContext server;
    private final Entry entry;
    private final String client;
    private boolean dispatched;
    /** What the request's frame takes until a worker has it. */
    private final AtomicInteger waiting = new AtomicInteger();

    RequestObserver(ServerConnection connection, Session session, ServerContext server, Entry entry) {
        this.connection = connection;
        this.session = session;
        this.server = server;
        this.entry = entry;
        this.client = session.caller().name();
    }

    /** A request is small; the frames of a push come after it. */
    @Override
    public int frameLimit() {
        return dispatched ? Limits.FRAME_BYTES : Limits.REQUEST_FRAME_BYTES;
    }

    /** By the length that it announces: otherwise many that never become whole would take all the memory there is. */
    @Override
    public boolean admits(StreamExchange exchange, int length) {
        // Of one that stays open no worker waits for the rest of a frame, and no time runs for it.
        if (dispatched && !exchange.resting()) {
            return true;
        }
        if (!server.waiting().takeNow(client, length)) {
            dispatched = true;
            refuse(exchange, ErrorCode.RATE_LIMITED, "there is no memory for more requests that wait",
                    Duration.ofSeconds(1));
            return false;
        }
        waiting.addAndGet(length);
        return true;
    }

    @Override
    public void begun() {
        int length = waiting.getAndSet(0);
        if (length > 0) {
            server.waiting().give(client, length);
        }
    }

    @Override
    public void frameArrived(StreamExchange exchange, byte[] body) {
        if (dispatched) {
            return;
        }
        dispatched = true;
        if (MessageCodec.isPing(body)) {
            Duration wait = server.limits().request(client);
            if (wait.isZero()) {
                answer(exchange, body);
            } else {
                refuse(exchange, ErrorCode.RATE_LIMITED, "more requests than this node answers a client per minute",
                        wait);
            }
            return;
        }
        Optional<Failure> unwelcome = unwelcome();
        if (unwelcome.isPresent()) {
            refuse(exchange, unwelcome.get());
            sendAway(unwelcome.get());
            return;
        }
        Duration debt = server.limits().debt(client);
        Duration wait = debt.isZero() ? server.limits().request(client) : debt;
        Optional<Failure> farewell = connection.farewell();
        if (farewell.isPresent()) {
            refuse(exchange, farewell.get());
        } else if (!debt.isZero()) {
            server.metrics().paced("bytes");
            refuse(exchange, ErrorCode.RATE_LIMITED, tooManyBytes(), debt);
        } else if (!wait.isZero()) {
            server.metrics().paced("requests");
            refuse(exchange, ErrorCode.RATE_LIMITED, "more requests than this node answers a client per minute", wait);
        } else if (!server.dispatcher().dispatch(client, exchange, this::requireWelcome)) {
            refuse(exchange, ErrorCode.RATE_LIMITED, "too many of your requests wait here already",
                    Duration.ofSeconds(1));
        }
    }

    @Override
    public void ended(StreamExchange exchange, @Nullable SyncException failure) {
        if (!dispatched) {
            dispatched = true;
            if (failure instanceof ProtocolException broken) {
                refuse(exchange, broken.code(), broken.getMessage(), Duration.ZERO);
            } else {
                exchange.close();
            }
        }
    }

    @Override
    public void beforeSend(Message message) {
        if (message instanceof Batch) {
            requirePaid();
        }
    }

    @Override
    public void sent(int bytes) {
        entry.sent(bytes);
        server.metrics().sent(bytes);
        server.limits().charge(client, bytes);
    }

    /** What it may not send is not decoded: a batch makes a hundred times its size. */
    @Override
    public void arrived(byte[] body) {
        Payload.of(body).ifPresent(payload -> {
            if (payload.answer()) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        "a client sends batches, it does not answer them");
            }
            if (!payload.among(session.caller().permissions().write()) && Kind.named(payload.kind()).isPresent()) {
                throw new PeerRejected(ErrorCode.FORBIDDEN, "'" + client + "' may not write " + payload.kind()
                        + " on this node: its operator grants that with the permissions of the token or certificate",
                                Duration.ZERO);
            }
        });
    }

    @Override
    public void received(Message message, int bytes) {
        boolean scans = message instanceof DigestQuery;
        if (message instanceof Batch || scans) {
            requirePaid();
        }
        entry.received(bytes);
        server.metrics().received(bytes);
        server.limits().charge(client, scans ? bytes + SCAN_BYTES : bytes);
    }

    /** Of a request that stays open: what its client may do may have been taken away since. */
    private void requireWelcome() {
        unwelcome().ifPresent(why -> {
            sendAway(why);
            throw new PeerRejected(why.code(), why.message(), why.retryAfter());
        });
    }

    /** Why the client may not go on as what its hello made it. */
    private Optional<Failure> unwelcome() {
        if (!server.introduction().stillHolds(session.caller())) {
            return Optional.of(new Failure(ErrorCode.UNAUTHENTICATED, "the token '" + client
                    + "' is not valid any more, or lets you do less: set another one for this peer", Duration.ZERO));
        }
        return server.introduction().impostor(session.caller(), session.nodeId());
    }

    private void sendAway(Failure why) {
        connection.close(why.code(), why.message());
    }

    /** To refuse a batch that is taken along would lose those that are taken and not yet applied, each time anew. */
    @Override
    public boolean takesMore() {
        return !server.limits().indebted(client);
    }

    private void requirePaid() {
        Duration debt = server.limits().debt(client);
        if (!debt.isZero()) {
            server.metrics().paced("bytes");
            throw new PeerRejected(ErrorCode.RATE_LIMITED, tooManyBytes(), debt);
        }
    }

    /** Here and now: a ping that waits for a worker would measure our load, and fail under it. */
    private void answer(StreamExchange exchange, byte[] body) {
        try {
            Message message = MessageCodec.decode(body);
            received(message, body.length);
            exchange.conclude(message instanceof Ping ping ? new Pong(ping.nonce(), server.clock().instant())
                    : new Failure(ErrorCode.PROTOCOL_VIOLATION, "a frame is one message, not several", Duration.ZERO));
        } catch (ProtocolException e) {
            refuse(exchange, e.code(), e.getMessage(), Duration.ZERO);
        }
    }

    private void refuse(StreamExchange exchange, ErrorCode code, String message, Duration retryAfter) {
        refuse(exchange, new Failure(code, message, retryAfter));
    }

    private void refuse(StreamExchange exchange, Failure why) {
        server.metrics().refused(why.code());
        server.gate().audit().record("refused", client, Map.of(
                "reason", why.code(), "from", connection.address(), "why", why.message()));
        exchange.conclude(why);
    }

    private static String tooManyBytes() {
        return "more bytes than this node exchanges with a client per minute";
    }
}
