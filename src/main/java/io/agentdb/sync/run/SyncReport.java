package io.agentdb.sync.run;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run did.
 *
 * @param itemsPushed records that the peer took over from us
 * @param itemsPulled records that we took over from the peer
 * @param itemsKnown records that were sent though the other side had them already
 * @param itemsQuarantined records that could not be stored on the receiving side and were set aside there
 * @param conflictsDetected records that both sides had changed
 * @param failure null of a run that succeeded, or was left out because another one does its work; {@code cancelled} of
 *     one that somebody has ended
 * @param bytesTransferred frame bytes, both directions
 * @param forecast of a dry run, what it would do; null of all others
 */
public record SyncReport(String peer, boolean success, Instant startTime, Instant endTime, long durationMs,
        long itemsPushed, long itemsPulled, long itemsKnown, long itemsQuarantined, long conflictsDetected,
        long conflictsResolved, long bytesTransferred, String conflictStrategy, @Nullable String failure,
                List<String> errors, @Nullable List<Forecast> forecast) {

    private static final String CANCELLED = "cancelled";

    /** Of a run that does something. */
    public SyncReport(String peer, boolean success, Instant startTime, Instant endTime, long durationMs,
            long itemsPushed, long itemsPulled, long itemsKnown, long itemsQuarantined, long conflictsDetected,
            long conflictsResolved, long bytesTransferred, String conflictStrategy, @Nullable String failure,
            List<String> errors) {
        this(peer, success, startTime, endTime, durationMs, itemsPushed, itemsPulled, itemsKnown, itemsQuarantined,
                conflictsDetected, conflictsResolved, bytesTransferred, conflictStrategy, failure, errors, null);
    }

    /** Of a dry run. */
    public SyncReport foreseeing(List<Forecast> forecasts) {
        return new SyncReport(peer, success, startTime, endTime, durationMs, itemsPushed, itemsPulled, itemsKnown,
                itemsQuarantined, conflictsDetected, conflictsResolved, bytesTransferred, conflictStrategy, failure,
                errors, forecasts);
    }

    /** Of a run that somebody has ended. */
    public SyncReport asCancelled() {
        return new SyncReport(peer, false, startTime, endTime, durationMs, itemsPushed, itemsPulled, itemsKnown,
                itemsQuarantined, conflictsDetected, conflictsResolved, bytesTransferred, conflictStrategy, CANCELLED,
                errors, forecast);
    }

    /** Whether somebody has ended the run. */
    public boolean cancelled() {
        return CANCELLED.equals(failure);
    }
}
