package io.agentdb.sync.sync;

import io.agentdb.sync.version.Actor;

/** A peer has read our feed further than it goes: our database went back in time. This node needs a new incarnation. */
final class ForeignFutureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Actor actor;
    private final transient Actor witness;

    /** @param witness see {@link io.agentdb.sync.replica.LocalNode#renew} */
    ForeignFutureException(Actor actor, Actor witness, String message) {
        super(message);
        this.actor = actor;
        this.witness = witness;
    }

    /** Who has met this node in its lost future; null if the peer has it from others. */
    Actor witness() {
        return witness;
    }

    /** The incarnation that the peer has read. */
    Actor actor() {
        return actor;
    }
}
