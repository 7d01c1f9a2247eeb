package io.agentdb.sync.quic.tls;

import org.jspecify.annotations.Nullable;

/** A certificate, key or authority file cannot be used. The message names it. */
public final class TlsFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TlsFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
