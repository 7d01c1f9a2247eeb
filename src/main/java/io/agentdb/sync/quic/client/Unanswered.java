package io.agentdb.sync.quic.client;

import io.agentdb.sync.protocol.PeerUnreachable;

/** Tells the failures of dialling that time may heal from those that only a person can. */
final class Unanswered extends Exception {

    private static final long serialVersionUID = 1L;

    Unanswered(Throwable cause) {
        super(cause);
    }

    static boolean is(PeerUnreachable failure) {
        return failure.getCause() instanceof Unanswered;
    }
}
