package io.agentdb.sync.protocol;

import io.agentdb.sync.telemetry.TraceParent;
import java.util.Optional;

/**
 * One request's conversation with a peer, over one bidirectional stream.
 *
 * <p>Methods block and are meant for one worker thread at a time, never an event loop. Every method throws a
 * {@link SyncException}: {@link PeerRejected} when the peer answered with a failure, {@link OutcomeUnknown} when the
 * stream, the connection or the time ended first, {@link ProtocolException} when what came cannot be understood.
 * Whoever opened the exchange closes it; nobody retries underneath.
 */
public interface Exchange extends AutoCloseable {

    /** Who is at the other end. */
    Session session();

    /** Sends a message; blocks while flow control holds the stream back, at most the configured timeout. */
    void send(Message message);

    /** The next message; blocks at most the configured timeout. */
    Message receive();

    /** The next message if it is already here; lets an applier take several waiting batches into one commit. */
    Optional<Message> poll();

    /** Whether {@link #receive} would not have to wait: the peer has said something, or has ended. */
    boolean ready();

    /**
     * Whether the peer takes what is sent. If not, to send more might have a worker wait for it; {@link #rest} tells
     * when it has caught up.
     */
    boolean keepsUp();

    /**
     * Leaves the exchange to itself until there is something to receive. No time runs for the peer meanwhile, but to
     * take what was sent: one that takes nothing for a whole timeout ends it.
     *
     * @param due called then, by any thread and maybe more than once; it does not block
     */
    void rest(Runnable due);

    /** How much memory the messages take, decoded, that have come since the last {@link #receive} began. */
    default long heldBytes() {
        return 0;
    }

    /** Tells the peer, with the request that is sent next, of which trace it is a part. */
    default void tell(TraceParent trace) {
    }

    /** What the peer says of the trace of its request, once that is received; empty if it says nothing. */
    default Optional<TraceParent> told() {
        return Optional.empty();
    }

    /** Says that nothing more will be sent (FIN). Idempotent. */
    void finish();

    /** Frame bytes of this exchange so far, both directions, lengths included. */
    long wireBytes();

    /** Frees the stream; resets it with CANCELLED when the conversation has not ended. Idempotent. */
    @Override
    void close();

    /**
     * Receives a message of the expected type.
     *
     * @throws ProtocolException if another one comes
     */
    default <M extends Message> M receive(Class<M> type) {
        Message message = receive();
        if (!type.isInstance(message)) {
            throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                    "expected " + type.getSimpleName() + ", got " + message.getClass().getSimpleName());
        }
        return type.cast(message);
    }
}
