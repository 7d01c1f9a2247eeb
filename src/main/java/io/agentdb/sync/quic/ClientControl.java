package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.GoAway;
import io.agentdb.sync.protocol.Message.Hello;
import io.agentdb.sync.protocol.Message.Ping;
import io.agentdb.sync.protocol.Message.Pong;
import io.agentdb.sync.protocol.Message.Welcome;
import io.agentdb.sync.protocol.MessageCodec;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.SyncException;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The first stream of a connection that we dialled: hello and welcome, then pings either way and the peer's farewell. */
final class ClientControl extends FrameHandler {

    private final ClientConnection connection;
    private final CompletableFuture<Welcome> welcome = new CompletableFuture<>();
    private long pings;

    ClientControl(ClientConnection connection) {
        this.connection = connection;
    }

    /** Blocks until the peer has answered. @throws SyncException if it refuses, or says nothing in time */
    Welcome introduce(Hello hello, Duration timeout) {
        send(hello);
        try {
            return welcome.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new OutcomeUnknown("no answer to the hello within " + timeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknown("interrupted while waiting for the peer's welcome: this node is stopping", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SyncException failure ? failure : new OutcomeUnknown("the hello failed", e.getCause());
        }
    }

    /** On the event loop. */
    void keepAlive() {
        send(new Ping(++pings));
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
        connection.carried(body.length, 0);
        try {
            Message message = MessageCodec.decode(body);
            if (message instanceof Failure failure) {
                welcome.completeExceptionally(new PeerRejected(failure.code(), failure.message(), failure.retryAfter()));
            } else if (message instanceof Welcome said) {
                welcome.complete(said);
            } else if (message instanceof Ping ping) {
                send(new Pong(ping.nonce()));
            } else if (message instanceof GoAway) {
                connection.goingAway();
            } else if (!(message instanceof Pong)) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        "the control stream does not carry " + message.getClass().getSimpleName());
            }
        } catch (ProtocolException e) {
            end(e);
        }
    }

    /** The control stream lives as long as the connection, so the connection ends with it. */
    @Override
    protected void end(SyncException failure) {
        welcome.completeExceptionally(failure != null ? failure : new OutcomeUnknown("the peer ended the control stream", null));
        ErrorCode code = failure instanceof ProtocolException broken ? broken.code() : ErrorCode.UNSPECIFIED;
        connection.close(code, failure == null ? "the control stream has ended" : failure.getMessage());
    }

    private void send(Message message) {
        ByteBuf frame = Frames.frame(context.alloc(), MessageCodec.encode(message));
        connection.carried(0, frame.readableBytes());
        context.writeAndFlush(frame);
    }
}
