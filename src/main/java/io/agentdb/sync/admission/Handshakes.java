package io.agentdb.sync.admission;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** How often an address may begin a connection. A handshake costs this node a signature, and comes before anybody has shown anything. */
public final class Handshakes {

    private static final int NETWORK = 8;

    private final RateLimits limits;

    public Handshakes(long perMinute) {
        this.limits = new RateLimits(perMinute, Long.MAX_VALUE);
    }

    /** Counts one. @return whether it may go on */
    public boolean admit(InetAddress address) {
        // Whoever has one address of IPv6 has the 2^64 of its network (RFC 4291, section 2.5.4).
        String who = address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK)) : address.getHostAddress();
        return limits.request(who).isZero();
    }
}
