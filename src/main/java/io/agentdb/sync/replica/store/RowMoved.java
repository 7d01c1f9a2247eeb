package io.agentdb.sync.replica.store;

/** A record appeared between looking and storing; the batch is rolled back and tried again. */
public final class RowMoved extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RowMoved(String message) {
        super(message);
    }
}
