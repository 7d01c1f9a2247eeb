package io.agentdb.sync.quic;

/**
 * A peer to dial.
 *
 * @param name for people: logs and errors say it
 * @param token what to show it; null for none
 * @param fingerprint SHA-256 of the one certificate to trust, hexadecimal with or without colons; null to verify by authorities
 */
public record Remote(String name, String host, int port, String token, String fingerprint) {

    /** As {@code host:port}, IPv6 in brackets. */
    public String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return name + " (" + address() + ")";
    }
}
