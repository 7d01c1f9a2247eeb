package io.agentdb.sync.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands.
 *
 * @param current records done in this phase
 * @param total records expected in this phase when it began; more may come while it runs
 * @param kind the kind under way, or null
 */
public record SyncProgress(Phase phase, long current, long total, @Nullable String kind, @Nullable String message,
        Instant at) {
}
