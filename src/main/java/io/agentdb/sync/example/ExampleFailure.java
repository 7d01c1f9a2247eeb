package io.agentdb.sync.example;

import java.util.Objects;

/** The example cannot go on; the message says all that the reader needs. */
final class ExampleFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ExampleFailure(String message) {
        super(message);
    }

    ExampleFailure(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "made with a message");
    }
}
