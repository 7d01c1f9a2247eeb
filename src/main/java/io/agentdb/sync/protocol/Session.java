package io.agentdb.sync.protocol;

import io.agentdb.sync.admission.Caller;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.time.Duration;
import java.util.Set;

/**
 * A peer, as its hello introduced it.
 *
 * @param address host:port at the other end, for people
 * @param caller who the client of the two is, and what it may do on the server
 * @param own this node's actor, as the peer was told: what is said here is said of that one
 * @param clockOffset how far the peer's clock is ahead of ours (negative: behind), half a round trip uncertain
 */
public record Session(
        String connectionId, Actor actor, Actor own, Set<String> capabilities, String address, Duration clockOffset,
        Caller caller) {

    public NodeId nodeId() {
        return actor.nodeId();
    }
}
