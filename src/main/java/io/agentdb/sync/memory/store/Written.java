package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.MemoryRecord;

/** What a write has left in the database. */
public record Written<T extends MemoryRecord>(T item, boolean created) {
}
