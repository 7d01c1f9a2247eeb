package io.agentdb.sync.protocol;

/** What came over the wire breaks the protocol; the stream, or the connection, cannot be used any further. */
public final class ProtocolException extends SyncException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public ProtocolException(ErrorCode code, String message) {
        super(message, null);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
