package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.SyncException;

/** What a side does about a stream's traffic: counting, charging, pacing, dispatching. */
interface StreamObserver {

    /** The longest frame that may come next. On the event loop. */
    default int frameLimit() {
        return Limits.FRAME_BYTES;
    }

    /** On the event loop, also within a frame. */
    default void bytesArrived() {
    }

    /** On the event loop, once per frame. */
    default void frameArrived(StreamExchange exchange, byte[] body) {
    }

    /** On the event loop, once. @param failure null if the peer ended its side properly */
    default void ended(StreamExchange exchange, SyncException failure) {
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

    /** On the worker: how much has to arrive in each timeout that a message is waited for; else one byte now and then would hold it for ever. */
    default long leastBytes() {
        return 1;
    }

    /** On the worker: whether to take, besides a message that is waited for, one that is already here. */
    default boolean takesMore() {
        return true;
    }

    /** On the worker; may throw to end the conversation. */
    default void received(Message message, int bytes) {
    }
}
