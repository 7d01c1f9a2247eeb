package io.agentdb.sync.web;

/** There is nothing under the given name. The message is for the caller. */
final class NotHere extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotHere(String message) {
        super(message);
    }
}
