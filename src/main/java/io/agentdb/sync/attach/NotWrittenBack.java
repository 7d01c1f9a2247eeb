package io.agentdb.sync.attach;

/** A file is left as it is; the message says why, and what to do. */
final class NotWrittenBack extends Exception {

    private static final long serialVersionUID = 1;

    NotWrittenBack(String message) {
        super(message);
    }
}
