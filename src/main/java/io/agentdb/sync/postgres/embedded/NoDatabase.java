package io.agentdb.sync.postgres.embedded;

/** No database is configured, and this distribution brings none along for this machine. */
public class NoDatabase extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NoDatabase(String message, Throwable cause) {
        super(message, cause);
    }
}
