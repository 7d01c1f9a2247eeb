package io.agentdb.sync.protocol;

/** Looks before each request of a client whether it may be who it says. Runs on a worker, where it may block. */
public interface SessionCheck {

    /** @throws PeerRejected if not, with what there is to be done */
    void require(Session client);
}
