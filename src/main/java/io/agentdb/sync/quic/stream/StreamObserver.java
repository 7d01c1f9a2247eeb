package io.agentdb.sync.quic.stream;

import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.SyncException;
import org.jspecify.annotations.Nullable;

/** What a side does about a stream's traffic: counting, charging, pacing, dispatching. */
public interface StreamObserver {

    /**
     * How much of a message has to arrive in each timeout that it is waited for, on either side. Half a kilobyte a
     * second, with the usual timeout: less is no line, but somebody who wants to keep a worker, or a run, busy for
     * ever.
     */
    long LEAST_BYTES = 16 << 10;

    /** The longest frame that may come next. On the event loop. */
    default int frameLimit() {
        return Limits.FRAME_BYTES;
    }

    /** On the event loop, also within a frame. */
    default void bytesArrived() {
    }

    /**
     * On the event loop, before a frame is gathered: whether there is memory for it. If not, the exchange is refused
     * here.
     */
    default boolean admits(StreamExchange exchange, int length) {
        return true;
    }

    /** On the worker that has taken the first frame, or whoever closes the exchange before: maybe more than once. */
    default void begun() {
    }

    /** On the event loop, once per frame. */
    default void frameArrived(StreamExchange exchange, byte[] body) {
    }

    /**
     * On the event loop, once.
     *
     * @param failure null if the peer ended its side properly
     */
    default void ended(StreamExchange exchange, @Nullable SyncException failure) {
    }

    /** On the worker; may throw to end the conversation. */
    default void beforeSend(Message message) {
    }

    /** On the worker. */
    default void sent(int bytes) {
    }

    /** On the worker: the other side has let a whole timeout pass. */
    default void silent() {
    }


    /** On the worker: whether to take, besides a message that is waited for, one that is already here. */
    default boolean takesMore() {
        return true;
    }

    /** On the worker, before a frame is decoded; may throw to end the conversation. */
    default void arrived(byte[] body) {
    }

    /** On the worker; may throw to end the conversation. */
    default void received(Message message, int bytes) {
    }
}
