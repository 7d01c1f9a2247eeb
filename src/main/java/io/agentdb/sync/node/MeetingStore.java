package io.agentdb.sync.node;

import io.agentdb.sync.version.Actor;

/**
 * Counts how often two incarnations have met, on both sides. A copied data directory carries no sign that it is old,
 * and its transaction ids may soon have caught up with the cursors that peers hold; but it has forgotten meetings.
 */
public interface MeetingStore {

    /**
     * What this node knows of its meetings with a peer.
     *
     * @param begun by this node
     * @param confirmed of those, the last that the peer has heard of
     * @param heard of meetings that the peer began, the last
     */
    record Meetings(long begun, long confirmed, long heard) { }

    Meetings of(Actor own, Actor peer);

    /**
     * Counts one more, for good, before the peer hears of it.
     *
     * @return what is known with it; its number is the last begun
     */
    Meetings begin(Actor own, Actor peer);

    /**
     * The peer has heard of that one, and neither has forgotten a meeting: what this node has written until now is in
     * no doubt.
     *
     * @param met of the meetings that the peer began, the last that it has been answered in
     * @return false, and nothing is noted, if this node has not heard of that one
     */
    boolean confirm(Actor own, Actor peer, long number, long met);

    /** Notes the same of a meeting that the peer began. */
    void hear(Actor own, Actor peer, long number);
}
