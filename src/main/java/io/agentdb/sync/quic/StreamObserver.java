package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.Message;

/** What a side does about a stream's traffic: counting, charging, pacing, dispatching. */
interface StreamObserver {

    /** On the event loop, once per frame. */
    default void frameArrived(StreamExchange exchange) {
    }

    /** On the event loop, once. */
    default void ended(StreamExchange exchange) {
    }

    /** On the worker; may throw to end the conversation. */
    default void beforeSend(Message message) {
    }

    /** On the worker. */
    default void sent(int bytes) {
    }

    /** On the worker; may throw to end the conversation. */
    default void received(Message message, int bytes) {
    }
}
