package io.agentdb.sync.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * What an import has done. Rows that failed were left out, the others are stored.
 *
 * @param kinds counts by the kind's name
 * @param errorCount all the errors, also those beyond the ones that are listed
 * @param errors the first {@link #MAX_ERRORS}, in their order
 * @param embeddingsSkipped rows of the embeddings' tables, which are not carried over; null in an import of lines
 * @param tablesSkipped rows by the names of other tables that are not carried over
 * @param notes what else was left out
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImportReport(Map<String, Counts> kinds, long errorCount, List<RowError> errors, Long embeddingsSkipped,
        Map<String, Long> tablesSkipped, List<String> notes) {

    public static final int MAX_ERRORS = 1000;

    /**
     * @param unchanged were here with the same content; from SQLite, were here at all
     * @param deletedHere were deleted on this node and stay so
     * @param merged rows of AgentDB's that are one edge here, beyond the one that was taken
     */
    public record Counts(long created, long updated, long unchanged, long deletedHere, long merged, long failed) {
    }

    /** @param line from 1, in an import of lines; the table and the row's id in one from SQLite */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RowError(Long line, String table, Long rowid, String kind, String error) {
    }

    public Counts of(Kind kind) {
        return kinds.get(kind.name());
    }
}
