package io.agentdb.sync.memory.transfer;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentdb.sync.memory.Kind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an import has done. Rows that failed were left out, the others are stored.
 *
 * @param kinds counts by the kind's name
 * @param errorCount all the errors, also those beyond the ones that are listed
 * @param errors the first {@link #MAX_ERRORS}, in their order
 * @param embeddingsKept embeddings of records that have the text that they were made of; null in an import of lines
 *     that are not AgentDB's
 * @param embeddingsSkipped the others, among them AgentDB's stand-ins for a model's; null likewise
 * @param tablesSkipped rows by the names of other tables that are not carried over
 * @param notes what else was left out, and what became one
 * @param brought by kind, the ids of some records of batches that brought anything, for who wants to look at them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImportReport(Map<String, Counts> kinds, long errorCount, List<RowError> errors,
        @Nullable Long embeddingsKept, @Nullable Long embeddingsSkipped,
        @Nullable Map<String, Long> tablesSkipped, @Nullable List<String> notes,
        @Nullable Map<String, List<UUID>> brought) {

    public static final int MAX_ERRORS = 1000;
    /** Of each kind. */
    static final int MAX_BROUGHT = 10;

    /**
     * @param unchanged were here with the same content; from SQLite, were here at all
     * @param deletedHere were deleted on this node and stay so
     * @param merged rows of AgentDB's that are one edge here, beyond the one that was taken
     */
    public record Counts(long created, long updated, long unchanged, long deletedHere, long merged, long failed) {
    }

    /**
     * @param line from 1, in an import of lines; the element of an array; the table and the row's id in one from SQLite
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RowError(@Nullable Long line, @Nullable String table, @Nullable Long rowid, @Nullable String kind,
            String error) {
    }

    /** The same with fewer errors in it. */
    public ImportReport withErrors(int most) {
        return errors.size() <= most ? this : new ImportReport(kinds, errorCount, errors.subList(0, most),
                embeddingsKept, embeddingsSkipped, tablesSkipped, notes, brought);
    }

    /** Whether there were rows and none of them was good. */
    public boolean nothingGood() {
        return errorCount > 0 && kinds.values().stream().allMatch(
                of -> of.created() + of.updated() + of.unchanged() + of.deletedHere() + of.merged() == 0);
    }

    public Counts of(Kind kind) {
        return Objects.requireNonNull(kinds.get(kind.name()), "it has all kinds");
    }
}
