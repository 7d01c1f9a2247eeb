package io.agentdb.sync.quic.server;

/** The QUIC listener could not be opened. */
public final class ListenFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ListenFailure(String host, int port, Throwable cause) {
        super("UDP port " + port + " on " + host + " cannot be opened: " + cause.getMessage(), cause);
    }
}
