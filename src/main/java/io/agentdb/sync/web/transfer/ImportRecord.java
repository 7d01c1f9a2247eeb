package io.agentdb.sync.web.transfer;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentdb.sync.memory.transfer.ImportReport;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An import as it stands, whichever process of the node makes it.
 *
 * @param source the file's name as it was sent; empty if it came without one
 * @param who began it
 * @param current of {@code total}, in {@code unit}
 * @param total 0 while it is not known
 * @param unit bytes, or rows of a database file
 * @param rows everything up to this line, element or row is stored, or among the errors
 * @param endedAt null while it goes on
 * @param failure why it ended early and what to do, in words; null if it did not
 * @param refused whether what was sent is to blame: sent again as it is, it would fail again
 * @param report as it stands; null before the first rows
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImportRecord(UUID id, String source, String who, ImportState state, ImportPhase phase, long current,
        long total, String unit, long rows, Instant begunAt, @Nullable Instant endedAt, @Nullable String failure,
        boolean refused, @Nullable ImportReport report) {

    /** What becomes of it. */
    public enum ImportState {
        RUNNING, SUCCEEDED, FAILED, CANCELLED,
        /** Its process ended in its middle. */
        INTERRUPTED
    }

    /** What it is at. */
    public enum ImportPhase { RECEIVING, STORING }

    static final String BYTES = "bytes";
    static final String ROWS = "rows";

    public boolean running() {
        return state == ImportState.RUNNING;
    }
}
