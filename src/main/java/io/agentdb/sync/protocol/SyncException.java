package io.agentdb.sync.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A sync, or one request of it, could not go on. The subclass says what the caller may conclude. */
public abstract sealed class SyncException extends RuntimeException
        permits PeerUnreachable, OutcomeUnknown, PeerRejected, ProtocolException {

    private static final long serialVersionUID = 1L;

    protected SyncException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "made with a message");
    }
}
