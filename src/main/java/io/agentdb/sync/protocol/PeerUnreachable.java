package io.agentdb.sync.protocol;

/** Nothing was sent: the peer could not be found, dialled or trusted. Retrying is safe. */
public final class PeerUnreachable extends SyncException {

    private static final long serialVersionUID = 1L;

    public PeerUnreachable(String message, Throwable cause) {
        super(message, cause);
    }
}
