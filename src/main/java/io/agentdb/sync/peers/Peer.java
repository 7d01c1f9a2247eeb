package io.agentdb.sync.peers;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.ConflictStrategy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Another node that this one synchronizes with.
 *
 * @param kinds what is synchronized with it
 * @param strategy null for the node's default
 * @param serverName for whom its certificate has to be, unless its fingerprint is known; null for the address' host
 * @param dials which of the two alone, since the other one cannot reach it; null if either may
 */
public record Peer(PeerName name, HostPort address, @Nullable String authToken, @Nullable String fingerprint,
        List<Kind> kinds, Selection selection, @Nullable ConflictStrategy strategy, Origin origin,
                @Nullable String serverName, @Nullable Dials dials) {

    /** Who of the two connects to the other. */
    public enum Dials { WE, THEY }

    /** Where a peer is known from; only what came through the API can be changed or removed there. */
    public enum Origin { CONFIGURATION, ENVIRONMENT, API, DISCOVERY }

    public Peer(PeerName name, HostPort address, @Nullable String authToken, @Nullable String fingerprint,
            List<Kind> kinds, Selection selection, @Nullable ConflictStrategy strategy, Origin origin) {
        this(name, address, authToken, fingerprint, kinds, selection, strategy, origin, null, null);
    }

    /** Whether only the peer dials: this node has not reached it yet. */
    public boolean onlyTheyDial() {
        return dials == Dials.THEY;
    }

    /** The same at another place. */
    public Peer at(HostPort place, @Nullable Dials who) {
        return new Peer(name, place, authToken, fingerprint, kinds, selection, strategy, origin, serverName, who);
    }

    /** How to dial it. */
    public DialTarget remote() {
        return new DialTarget(name.text(), address, authToken, fingerprint,
                serverName == null ? address.host() : serverName);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Peer[" + name + " at " + address + "]";
    }
}
