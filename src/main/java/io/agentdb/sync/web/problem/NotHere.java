package io.agentdb.sync.web.problem;

/** There is nothing under the given name. The message is for the caller. */
public final class NotHere extends RuntimeException {

    private static final long serialVersionUID = 1;

    public NotHere(String message) {
        super(message);
    }
}
