package io.agentdb.sync.replica.feed;

import io.agentdb.sync.version.Dot;
import java.util.UUID;

/**
 * "I hold this version of this record": sent instead of what the reader knows, when the reader may have forgotten its
 * deletion.
 */
public record Claim(UUID id, Dot dot) {
}
