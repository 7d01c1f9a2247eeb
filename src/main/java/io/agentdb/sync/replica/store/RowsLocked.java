package io.agentdb.sync.replica.store;

import java.util.Objects;
import org.springframework.dao.CannotAcquireLockException;

/**
 * Others have held locks on what was to be changed for longer than this node waits: no record's fault, and over once
 * they end.
 */
public final class RowsLocked extends CannotAcquireLockException {

    private static final long serialVersionUID = 1;

    /** Without a cause, whose words would be shown in place of these. */
    public RowsLocked(String holders) {
        super("what is to be written has been locked for longer than this node waits, by " + holders);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "made with words");
    }
}
