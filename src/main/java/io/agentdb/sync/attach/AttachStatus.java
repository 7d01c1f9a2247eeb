package io.agentdb.sync.attach;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An attached file, for people.
 *
 * @param mode two-way, read-only, stopped, or starting
 * @param why it is read-only or stopped, and what to do
 * @param problem what failed at the last look, and is tried again
 * @param inStepAt when everything was last written in both directions, or read
 * @param withoutVector records that were written without a vector, so that agents do not find them by meaning
 * @param noRowForIt edges for which AgentDB has no table
 * @param held how many rows and records are held back
 * @param heldBecause the first of them, with the reason
 */
record AttachStatus(int id, String path, String mode, @Nullable String why, @Nullable String problem,
        @Nullable Instant inStepAt, long rowsIn, long rowsOut, long deletesIn, long deletesOut, long withoutVector,
        long noRowForIt, int held, Map<String, String> heldBecause) {
}
