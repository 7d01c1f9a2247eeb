package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.Item;

/** What a write has left in the database. */
public record Written<T extends Item>(T item, boolean created) {
}
