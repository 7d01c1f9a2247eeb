package io.agentdb.sync.memory.input;

import io.agentdb.sync.memory.InvalidInput;

/**
 * A write would turn a record into another one: what it is about is its identity (design, "Identity"). Nothing was
 * changed.
 */
public final class IdentityFixed extends InvalidInput {

    private static final long serialVersionUID = 1;

    IdentityFixed(String field, String message) {
        super(field, message);
    }
}
