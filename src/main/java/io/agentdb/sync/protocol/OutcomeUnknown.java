package io.agentdb.sync.protocol;

/** The peer may or may not have done what was asked. Retrying is safe: applying is idempotent. */
public final class OutcomeUnknown extends SyncException {

    private static final long serialVersionUID = 1L;

    public OutcomeUnknown(String message, Throwable cause) {
        super(message, cause);
    }
}
