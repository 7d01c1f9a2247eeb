package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.SyncException;

/** What a side does about a stream's traffic: counting, charging, pacing, dispatching. */
interface StreamObserver {

    /** On the event loop, once per frame. */
    default void frameArrived(StreamExchange exchange) {
    }

    /** On the event loop, once. @param failure null for a proper end (FIN) */
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

    /** On the worker: whether to take, besides a message that is waited for, one that is already here. */
    default boolean takesMore() {
        return true;
    }

    /** On the worker; may throw to end the conversation. */
    default void received(Message message, int bytes) {
    }
}
