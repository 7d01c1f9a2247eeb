package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.Content;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record to import.
 *
 * @param vector its embedding as AgentDB has it in its files; null if it came without
 */
record Row(RowOrigin source, UUID id, Content content, byte @Nullable [] vector) {
}
