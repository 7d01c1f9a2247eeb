package io.agentdb.sync.web.problem;

/** A body has more bytes than its endpoint reads. */
public final class BodyTooLarge extends RuntimeException {

    private static final long serialVersionUID = 1;

    public BodyTooLarge(int limit) {
        super("The body has more than " + limit + " bytes.");
    }
}
