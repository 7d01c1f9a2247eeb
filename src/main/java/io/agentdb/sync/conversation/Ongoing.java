package io.agentdb.sync.conversation;

/** A push or a pull that stays open, on the side that has opened it. */
public interface Ongoing {

    /**
     * Says what is new here, or takes what the peer has said since; blocks.
     *
     * @return false if more than that is to be done: a whole run is due
     */
    boolean goOn();
}
