package io.agentdb.sync.admission;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * How often an address may do a thing that costs this node something and comes before anybody has shown who it is: a
 * handshake, or a wrong password. Thread-safe.
 */
public final class AttemptLimit {

    private static final int NETWORK = 8;

    private final RateLimits limits;

    public AttemptLimit(long perMinute) {
        this.limits = new RateLimits(perMinute, Long.MAX_VALUE);
    }

    /**
     * Counts one.
     *
     * @return whether it may go on
     */
    public boolean admit(InetAddress address) {
        return limits.request(who(address)).isZero();
    }

    /** Counts one less: it was none of those that are to be few. */
    public void giveBack(InetAddress address) {
        limits.giveBack(who(address));
    }

    /** Whether the next one would be too many. */
    public boolean exhausted(InetAddress address) {
        return limits.exhausted(who(address));
    }

    private static String who(InetAddress address) {
        // Whoever has one address of IPv6 has the 2^64 of its network (RFC 4291, section 2.5.4).
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK)) : address.getHostAddress();
    }
}
