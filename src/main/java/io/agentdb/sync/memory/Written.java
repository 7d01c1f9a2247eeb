package io.agentdb.sync.memory;

/** What a write has left in the database. */
public record Written<T extends Item>(T item, boolean created) {
}
