package io.agentdb.sync.quic.server;

import java.time.Instant;

/**
 * The listener as others may see it.
 *
 * @param fingerprint SHA-256 of its certificate: what a peer may pin
 * @param tokenRequired whether clients have to show a token
 */
public record ServerStatus(boolean running, String host, int port, Instant startedAt, int connections, int maxConnections,
        String fingerprint, boolean developmentCertificate, boolean tokenRequired) {
}
