package io.agentdb.sync.sync;

import io.agentdb.sync.version.Actor;

/** A peer has read our feed further than it goes: our database went back in time. This node needs a new incarnation. */
final class ForeignFutureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Actor actor;

    ForeignFutureException(Actor actor, String message) {
        super(message);
        this.actor = actor;
    }

    /** The incarnation that the peer has read. */
    Actor actor() {
        return actor;
    }
}
