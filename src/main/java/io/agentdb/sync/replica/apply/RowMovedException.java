package io.agentdb.sync.replica.apply;

/** A record appeared between looking and storing; the batch is rolled back and tried again. */
final class RowMovedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RowMovedException(String message) {
        super(message);
    }
}
