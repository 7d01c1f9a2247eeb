package io.agentdb.sync.run;

import java.time.Instant;

/**
 * Where a run stands.
 *
 * @param current records done in this phase
 * @param total records expected in this phase when it began; more may come while it runs
 * @param kind the kind under way, or null
 */
public record SyncProgress(Phase phase, long current, long total, String kind, String message, Instant at) {
}
