package io.agentdb.sync.postgres;

/** The process was told to end while it waited for its database. */
final class StartCutShort extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartCutShort(Throwable cause) {
        super("The process was told to end before its database could be used.", cause);
    }
}
