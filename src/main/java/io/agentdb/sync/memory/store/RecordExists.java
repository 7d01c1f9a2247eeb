package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import java.util.UUID;

/** The record that was to be created is already here; nothing was changed. */
public final class RecordExists extends InvalidInput {

    private static final long serialVersionUID = 1;

    private final transient Kind kind;
    private final UUID id;

    RecordExists(Kind kind, UUID id) {
        super("id", id + " is already among the " + kind);
        this.kind = kind;
        this.id = id;
    }

    public Kind kind() {
        return kind;
    }

    public UUID id() {
        return id;
    }
}
