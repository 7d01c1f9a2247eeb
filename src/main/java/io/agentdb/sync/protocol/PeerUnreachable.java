package io.agentdb.sync.protocol;

import org.jspecify.annotations.Nullable;

/** Nothing was sent: the peer could not be found, dialled or trusted. Retrying is safe. */
public final class PeerUnreachable extends SyncException {

    /** What came between. */
    public enum Reason {
        /** Nobody is there: no such host, nothing listens, the connection was closed at once. */
        NOT_THERE,
        /** Nobody answered in time. */
        NO_ANSWER,
        /** One of the two does not accept the other's certificate. */
        NOT_TRUSTED,
        /** Somebody is there and speaks something else. */
        OTHER_PROTOCOL
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public PeerUnreachable(String message, @Nullable Throwable cause) {
        this(Reason.NOT_THERE, message, cause);
    }

    public PeerUnreachable(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
