package io.agentdb.sync.quic.tls;

/** A certificate, key or authority file cannot be used. The message names it. */
public final class TlsFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TlsFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
