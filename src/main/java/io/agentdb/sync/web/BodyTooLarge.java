package io.agentdb.sync.web;

/** A body has more bytes than its endpoint reads. */
final class BodyTooLarge extends RuntimeException {

    private static final long serialVersionUID = 1;

    BodyTooLarge(int limit) {
        super("The body has more than " + limit + " bytes.");
    }
}
