package io.agentdb.sync.peers;

import io.agentdb.sync.quic.client.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * Under which name this node knows a peer. It is this node's own choice, and says nothing of who answers there: that is
 * a node's id. What a configuration or a stored row says is taken as it is.
 */
public record PeerName(String text) {

    /** Of a peer that nobody has named. */
    public static PeerName of(HostPort address) {
        return new PeerName(address.toString());
    }

    /**
     * A name that somebody gives through the API, where it becomes a part of paths.
     *
     * @throws IllegalArgumentException if it can be none
     */
    public static PeerName given(@Nullable String text) {
        if (text == null || !text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new IllegalArgumentException(
                    "a peer's name is 1 to 63 letters, digits, dots, dashes and underscores, and does"
                            + " not start with a sign");
        }
        return new PeerName(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
