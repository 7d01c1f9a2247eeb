package io.agentdb.sync.quic.server;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The listener as others may see it.
 *
 * @param startedAt null, like the fingerprint, if it never was
 * @param fingerprint SHA-256 of its certificate: what a peer may pin
 * @param tokenRequired whether clients have to show a token
 */
public record ServerStatus(boolean running, String host, int port, @Nullable Instant startedAt, int connections,
        int maxConnections,
        @Nullable String fingerprint, boolean developmentCertificate, boolean tokenRequired) {
}
