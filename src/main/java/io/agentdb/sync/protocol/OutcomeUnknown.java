package io.agentdb.sync.protocol;

import org.jspecify.annotations.Nullable;

/** The peer may or may not have done what was asked. Retrying is safe: applying is idempotent. */
public final class OutcomeUnknown extends SyncException {

    private static final long serialVersionUID = 1L;

    private final boolean timedOut;

    public OutcomeUnknown(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private OutcomeUnknown(String message, @Nullable Throwable cause, boolean timedOut) {
        super(message, cause);
        this.timedOut = timedOut;
    }

    /** The peer was waited for, and was silent. */
    public static OutcomeUnknown timedOut(String message, @Nullable Throwable cause) {
        return new OutcomeUnknown(message, cause, true);
    }

    public boolean timedOut() {
        return timedOut;
    }
}
