package io.agentdb.sync.quic.client;

import io.agentdb.sync.protocol.PeerUnreachable;

/** Tells the failures of dialling that time may heal from those that only a person can. */
final class NoAnswer extends Exception {

    private static final long serialVersionUID = 1L;

    NoAnswer(Throwable cause) {
        super(cause);
    }

    static boolean is(PeerUnreachable failure) {
        return failure.getCause() instanceof NoAnswer;
    }
}
