package io.agentdb.sync.attach.copy;

/** A file is left as it is; the message says why, and what to do. */
public final class NotWrittenBack extends Exception {

    private static final long serialVersionUID = 1;

    public NotWrittenBack(String message) {
        super(message);
    }
}
