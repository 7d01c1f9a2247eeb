package io.agentdb.sync.replica.apply;

/** A record appeared between looking and storing; the batch is rolled back and tried again. */
final class RowMoved extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RowMoved(String message) {
        super(message);
    }
}
