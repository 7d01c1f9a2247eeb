package io.agentdb.sync.memory;

import java.util.UUID;

/** A record to import. */
record Row(Source source, UUID id, Content content) {
}
