package io.agentdb.sync.postgres;

/** The database is there, and the node could not keep its promises on it. Nothing was changed in it. */
public class UnsuitableDatabase extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    /** @param action what to do about it */
    public UnsuitableDatabase(String message, String action) {
        super(message);
        this.action = action;
    }

    String action() {
        return action;
    }
}
