package io.agentdb.sync.postgres;

/** The database is there, and the node could not keep its promises on it. Nothing was changed in it. */
public class UnsuitableDatabase extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;
    private final boolean mayPass;

    /** @param action what to do about it */
    public UnsuitableDatabase(String message, String action) {
        this(message, action, false);
    }

    private UnsuitableDatabase(String message, String action, boolean mayPass) {
        super(message);
        this.action = action;
        this.mayPass = mayPass;
    }

    /** As it may be while a standby becomes the primary. */
    static UnsuitableDatabase forNow(String message, String action) {
        return new UnsuitableDatabase(message, action, true);
    }

    boolean mayPass() {
        return mayPass;
    }

    String action() {
        return action;
    }
}
