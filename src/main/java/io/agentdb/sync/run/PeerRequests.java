package io.agentdb.sync.run;

import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.protocol.Exchange;
import java.util.function.Consumer;

/** Makes requests to a peer. */
public interface PeerRequests {

    /**
     * Has one request made, on a new exchange each time until it is through or there is no use in trying again; so it
     * must be repeatable. Blocks.
     */
    void hold(Peer peer, RunTally tally, Consumer<Exchange> request);
}
