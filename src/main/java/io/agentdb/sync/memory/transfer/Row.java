package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.Content;
import java.util.UUID;

/** A record to import. */
record Row(RowOrigin source, UUID id, Content content) {
}
