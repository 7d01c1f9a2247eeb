package io.agentdb.sync.conversation;

/** A request being answered, message by message. */
public interface OpenRequest {

    /**
     * Takes the next message of the client and answers it; blocks for it.
     *
     * @return false once the request is answered
     */
    boolean next();

    /** All of it. */
    default void run() {
        boolean more = true;
        while (more) {
            more = next();
        }
    }
}
