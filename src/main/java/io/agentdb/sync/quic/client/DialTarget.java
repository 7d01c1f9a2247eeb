package io.agentdb.sync.quic.client;

import org.jspecify.annotations.Nullable;

/**
 * A peer to dial.
 *
 * @param name for people: logs and errors say it
 * @param token what to show it; null for none
 * @param fingerprint SHA-256 of the one certificate to trust, hexadecimal with or without colons; null to verify by
 *     authorities
 * @param serverName for whom its certificate has to be; differs from the host where that is one of several addresses
 *     behind a name
 */
public record DialTarget(String name, HostPort address, @Nullable String token, @Nullable String fingerprint,
        String serverName) {

    /** A peer whose certificate is for its host. */
    public DialTarget(String name, HostPort address, @Nullable String token, @Nullable String fingerprint) {
        this(name, address, token, fingerprint, address.host());
    }

    /** Without the token. */
    @Override
    public String toString() {
        return name + " (" + address + ")";
    }
}
