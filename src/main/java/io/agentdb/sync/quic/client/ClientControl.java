package io.agentdb.sync.quic.client;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.GoAway;
import io.agentdb.sync.protocol.Message.Hello;
import io.agentdb.sync.protocol.Message.Join;
import io.agentdb.sync.protocol.Message.Joined;
import io.agentdb.sync.protocol.Message.NotJoined;
import io.agentdb.sync.protocol.Message.Ping;
import io.agentdb.sync.protocol.Message.Pong;
import io.agentdb.sync.protocol.Message.Welcome;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.protocol.codec.MessageCodec;
import io.agentdb.sync.quic.stream.FrameHandler;
import io.agentdb.sync.quic.stream.Frames;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The first stream of a connection that we dialled: hello and welcome, then pings either way and the peer's farewell.
 */
final class ClientControl extends FrameHandler {

    private final ClientConnection connection;
    private final CompletableFuture<Welcome> welcome = new CompletableFuture<>();
    private final CompletableFuture<Message> joined = new CompletableFuture<>();
    private final Map<Long, CompletableFuture<Instant>> pings = new ConcurrentHashMap<>();

    ClientControl(ClientConnection connection) {
        this.connection = connection;
    }

    /**
     * Blocks until the peer has answered.
     *
     * @throws SyncException if it refuses, or says nothing in time
     */
    Welcome introduce(Hello hello, Duration timeout) {
        send(hello);
        return answer(welcome, timeout);
    }

    /** The same of a join. */
    Message join(Join join, Duration timeout) {
        send(join);
        return answer(joined, timeout);
    }

    private static <M extends Message> M answer(CompletableFuture<M> awaited, Duration timeout) {
        try {
            return awaited.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw OutcomeUnknown.timedOut("no answer to the hello within " + timeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknown("interrupted while waiting for the peer's welcome: this node is stopping", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SyncException failure ? failure
                    : new OutcomeUnknown("the hello failed", e.getCause());
        }
    }

    /**
     * One round trip; blocks.
     *
     * @return the peer's clock, null if it does not tell it
     * @throws OutcomeUnknown if there is no answer in time
     * @throws SyncException as the peer says it, if it closes the connection instead
     */
    @Nullable Instant ping(Duration patience) {
        long nonce = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        CompletableFuture<Instant> pong = new CompletableFuture<>();
        pings.put(nonce, pong);
        try {
            send(new Ping(nonce));
            return pong.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw OutcomeUnknown.timedOut("no answer to a ping within " + patience.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SyncException failure ? failure
                    : new OutcomeUnknown("the ping failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknown("interrupted while waiting for a pong: this node is stopping", e);
        } finally {
            pings.remove(nonce);
        }
    }

    /** On the event loop; the answer only shows that the peer is there. */
    void keepAlive() {
        send(new Ping(0));
    }

    @Override
    protected int frameLimit() {
        return Limits.CONTROL_FRAME_BYTES;
    }

    @Override
    protected boolean hasRoom() {
        return true;
    }

    @Override
    protected void frame(byte[] body) {
        connection.heard();
        connection.carried(body.length, 0);
        try {
            Message message = MessageCodec.decode(body);
            if (message instanceof Failure failure) {
                PeerRejected rejected = new PeerRejected(failure.code(), failure.message(), failure.retryAfter());
                welcome.completeExceptionally(rejected);
                joined.completeExceptionally(rejected);
            } else if (message instanceof Welcome said) {
                welcome.complete(said);
            } else if (message instanceof Joined || message instanceof NotJoined) {
                joined.complete(message);
            } else if (message instanceof Ping ping) {
                send(new Pong(ping.nonce(), Instant.now()));
            } else if (message instanceof GoAway) {
                connection.goingAway();
            } else if (message instanceof Pong pong) {
                Optional.ofNullable(pings.get(pong.nonce())).ifPresent(waiting -> waiting.complete(pong.clock()));
            } else {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        "the control stream does not carry " + message.getClass().getSimpleName());
            }
        } catch (ProtocolException e) {
            end(e);
        }
    }

    /** The control stream lives as long as the connection, so the connection ends with it. */
    @Override
    protected void end(@Nullable SyncException failure) {
        SyncException said = failure != null ? failure : new OutcomeUnknown("the peer ended the control stream", null);
        pings.values().forEach(waiting -> waiting.completeExceptionally(said));
        welcome.completeExceptionally(said);
        joined.completeExceptionally(said);
        ErrorCode code = failure instanceof ProtocolException broken ? broken.code() : ErrorCode.UNSPECIFIED;
        connection.close(code, failure == null ? "the control stream has ended" : failure.getMessage());
    }

    private void send(Message message) {
        ByteBuf frame = Frames.frame(context.alloc(), MessageCodec.encode(message));
        connection.carried(0, frame.readableBytes());
        context.writeAndFlush(frame);
    }
}
