package io.agentdb.sync.postgres.embedded;

/** The embedded PostgreSQL cannot be started. Its data is as it was; a later start may succeed. */
public class EmbeddedServerFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public EmbeddedServerFailure(String message) {
        super(message);
    }

    public EmbeddedServerFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
