package io.agentdb.sync.protocol;

import java.time.Duration;

/** The peer understood and refused; the code says why, and whether waiting helps. */
public final class PeerRejected extends SyncException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final Duration retryAfter;

    public PeerRejected(ErrorCode code, String message, Duration retryAfter) {
        super(message, null);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    public ErrorCode code() {
        return code;
    }

    /** How long to wait before another try; zero when the peer said nothing. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
