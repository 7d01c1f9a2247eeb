package io.agentdb.sync.admission;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The node cannot tell whom to let in. The message says what to set. */
public final class AccessFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AccessFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Never null: it says what to set. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "the constructor gives one");
    }
}
