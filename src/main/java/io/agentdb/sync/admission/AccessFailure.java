package io.agentdb.sync.admission;

/** The node cannot tell whom to let in. The message says what to set. */
public final class AccessFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AccessFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
