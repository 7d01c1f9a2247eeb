package io.agentdb.sync.quic.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** An address as {@code host:port}, {@code [v6]:port}, or a host alone, which means the default port 4433. */
public record HostPort(String host, int port) {

    static final int DEFAULT_PORT = 4433;

    /** @throws IllegalArgumentException if the text is not an address */
    public static HostPort parse(@Nullable String text) {
        String address = text == null ? "" : text.strip();
        int colon = address.lastIndexOf(':');
        boolean portGiven = colon >= 0 && !address.endsWith("]")
                && (address.indexOf(':') == colon || address.startsWith("["));
        String host = portGiven ? address.substring(0, colon) : address;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isBlank() || host.length() > 253 || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@')) {
            throw new IllegalArgumentException("not an address: '" + text
                    + "'; write host:port, as in node-b.example:4433");
        }
        return new HostPort(host, portGiven ? port(address.substring(colon + 1), text) : DEFAULT_PORT);
    }

    /**
     * The same, with an IP address in the one way that {@link InetAddress#getHostAddress} writes it; a name stays a
     * name.
     */
    public HostPort numeric() {
        if (!host.matches("[0-9.]+") && host.indexOf(':') < 0) {
            return this;
        }
        try {
            // Not looked up: there is no name in it.
            return new HostPort(InetAddress.getByName(host).getHostAddress(), port);
        } catch (UnknownHostException e) {
            return this;
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static int port(String digits, @Nullable String text) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message that names the address.
        }
        throw new IllegalArgumentException("the port of '" + text + "' is not a number from 1 to 65535");
    }
}
