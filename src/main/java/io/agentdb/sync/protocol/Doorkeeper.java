package io.agentdb.sync.protocol;

import io.agentdb.sync.protocol.Message.Join;

/**
 * Looks closer at who is not known at the door. It may ask the database, and so blocks; the listener calls it on a
 * worker. Thread-safe.
 */
public interface Doorkeeper {

    /** Whether a token has the form of those that invitations lead to. Does not block. */
    boolean mayBeOurs(String token);

    /**
     * Learns what other processes of this node have given out since, unless too many wrong tokens have come from there.
     *
     * @param address from which the token comes, host:port
     */
    void lookAgain(String token, String address);

    /**
     * Answers who has an invitation.
     *
     * @param address from which it comes, host:port
     * @return {@link Message.Joined} or {@link Message.NotJoined}
     */
    Message answer(Join join, String address);
}
