package io.agentdb.sync.quic;

/**
 * A peer to dial.
 *
 * @param token what to show it; null for none
 * @param fingerprint SHA-256 of the one certificate to trust, hexadecimal with or without colons; null to verify by authorities
 */
public record Remote(String name, String host, int port, String token, String fingerprint) {

    /** Without the token. */
    @Override
    public String toString() {
        return name + " (" + host + ":" + port + ")";
    }
}
