package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.SafeText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The counts of an import under way. One thread. */
final class ImportCounts {

    enum Outcome { CREATED, UPDATED, UNCHANGED, DELETED_HERE, MERGED, FAILED }

    private final Map<Kind, Map<Outcome, Long>> counts = new LinkedHashMap<>();
    private final List<ImportReport.RowError> errors = new ArrayList<>();
    private long errorCount;

    public ImportCounts() {
        Kind.ALL.forEach(kind -> counts.put(kind, new EnumMap<>(Outcome.class)));
    }

    void count(Kind kind, Outcome outcome, long more) {
        counts.get(kind).merge(outcome, more, Long::sum);
    }

    /** @param kind null if the row does not say of which kind it is */
    void failed(RowOrigin source, Kind kind, InvalidInput error) {
        errorCount++;
        if (kind != null) {
            count(kind, Outcome.FAILED, 1);
        }
        if (errors.size() < ImportReport.MAX_ERRORS) {
            errors.add(new ImportReport.RowError(source.table() == null ? source.row() : null, source.table(),
                    source.table() == null ? null : source.row(), kind == null ? null : kind.name(),
                    // A row with a thousand unknown fields must not make the report a thousand times as long.
                    SafeText.text(error.getMessage(), 500)));
        }
    }

    public ImportReport report(Long embeddings, Map<String, Long> tables, List<String> notes) {
        Map<String, ImportReport.Counts> kinds = new LinkedHashMap<>();
        counts.forEach((kind, of) -> kinds.put(kind.name(), new ImportReport.Counts(get(of, Outcome.CREATED),
                get(of, Outcome.UPDATED), get(of, Outcome.UNCHANGED), get(of, Outcome.DELETED_HERE),
                get(of, Outcome.MERGED), get(of, Outcome.FAILED))));
        errors.sort(Comparator.comparing(
                (ImportReport.RowError error) -> error.line(), Comparator.nullsFirst(Long::compare)));
        return new ImportReport(kinds, errorCount, List.copyOf(errors), embeddings, tables, notes);
    }

    private static long get(Map<Outcome, Long> of, Outcome outcome) {
        return of.getOrDefault(outcome, 0L);
    }
}
