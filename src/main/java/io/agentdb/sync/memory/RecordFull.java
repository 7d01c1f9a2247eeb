package io.agentdb.sync.memory;

/** What a record has to keep of its past has grown so large that it could be sent to no peer. Nothing was changed. */
public final class RecordFull extends InvalidInput {

    private static final long serialVersionUID = 1;

    public RecordFull(String message) {
        super("", message);
    }
}
