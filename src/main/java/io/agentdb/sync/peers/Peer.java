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
 */
public record Peer(PeerName name, HostPort address, @Nullable String authToken, @Nullable String fingerprint,
        List<Kind> kinds, Selection selection, @Nullable ConflictStrategy strategy, Origin origin,
                @Nullable String serverName) {

    /** Where a peer is known from; only what came through the API can be changed or removed there. */
    public enum Origin { CONFIGURATION, ENVIRONMENT, API, DISCOVERY }

    public Peer(PeerName name, HostPort address, @Nullable String authToken, @Nullable String fingerprint,
            List<Kind> kinds, Selection selection, @Nullable ConflictStrategy strategy, Origin origin) {
        this(name, address, authToken, fingerprint, kinds, selection, strategy, origin, null);
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
