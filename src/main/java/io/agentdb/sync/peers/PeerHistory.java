package io.agentdb.sync.peers;

/**
 * What a node remembers of its runs with a peer, as far as it ends when the peer does. Any thread; blocks on the
 * database.
 */
public interface PeerHistory {

    /** Another node may answer at this peer from now on: whichever is met there next is the one that is there. */
    void answersAnew(PeerName peer);

    /** There is no such peer any more. */
    void forget(PeerName peer);
}
