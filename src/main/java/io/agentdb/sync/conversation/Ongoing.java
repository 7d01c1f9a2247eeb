package io.agentdb.sync.conversation;

/** A push or a pull that stays open, on the side that has opened it. Used by one thread at a time; blocks. */
public interface Ongoing {

    /**
     * Says what is new here, or takes what the peer has said since.
     *
     * @return false if more than that is to be done: a whole run is due
     */
    boolean goOn();

    /** Whether {@link #note} has something to put down. */
    default boolean unnoted() {
        return false;
    }

    /** Puts down how far it has come. What is not put down when this process ends is sent once more. */
    default void note() {
    }
}
