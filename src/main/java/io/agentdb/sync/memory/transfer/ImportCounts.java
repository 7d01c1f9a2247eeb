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
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The counts of an import under way. One thread. */
class ImportCounts {

    enum Result { CREATED, UPDATED, UNCHANGED, DELETED_HERE, MERGED, FAILED }

    private final Map<Kind, Map<Result, Long>> counts = new LinkedHashMap<>();
    private final List<ImportReport.RowError> errors = new ArrayList<>();
    private final Map<String, List<UUID>> brought = new LinkedHashMap<>();
    private long errorCount;

    public ImportCounts() {
        Kind.ALL.forEach(kind -> counts.put(kind, new EnumMap<>(Result.class)));
    }

    void count(Kind kind, Result outcome, long more) {
        Objects.requireNonNull(counts.get(kind), "it has all kinds").merge(outcome, more, Long::sum);
    }

    /** Some of what is here now, for who wants to look. */
    void brought(Kind kind, List<Row> rows) {
        List<UUID> some = brought.computeIfAbsent(kind.name(), first -> new ArrayList<>());
        rows.stream().limit(ImportReport.MAX_BROUGHT - some.size()).map(Row::id).forEach(some::add);
    }

    /** As it stands, of a source that says nothing more. */
    ImportReport soFar() {
        return report(null, 0, null, null);
    }

    /** @param kind null if the row does not say of which kind it is */
    void failed(RowOrigin source, @Nullable Kind kind, InvalidInput error) {
        errorCount++;
        if (kind != null) {
            count(kind, Result.FAILED, 1);
        }
        if (errors.size() < ImportReport.MAX_ERRORS) {
            errors.add(new ImportReport.RowError(source.table() == null ? source.row() : null, source.table(),
                    source.table() == null ? null : source.row(), kind == null ? null : kind.name(),
                    // A row with a thousand unknown fields must not make the report a thousand times as long.
                    SafeText.text(error.getMessage(), 500)));
        }
    }

    /** @param embeddings how many there were; null if the source is none of AgentDB's */
    public ImportReport report(@Nullable Long embeddings, long kept,
            @Nullable Map<String, Long> tables, @Nullable List<String> notes) {
        Map<String, ImportReport.Counts> kinds = new LinkedHashMap<>();
        counts.forEach((kind, of) -> kinds.put(kind.name(), new ImportReport.Counts(get(of, Result.CREATED),
                get(of, Result.UPDATED), get(of, Result.UNCHANGED), get(of, Result.DELETED_HERE),
                get(of, Result.MERGED), get(of, Result.FAILED))));
        errors.sort(Comparator.comparing(
                (ImportReport.RowError error) -> error.line(), Comparator.nullsFirst(Long::compare)));
        return new ImportReport(kinds, errorCount, List.copyOf(errors),
                embeddings == null ? null : kept, embeddings == null ? null : embeddings - kept, tables, notes,
                brought.isEmpty() ? null : copy(brought));
    }

    private static Map<String, List<UUID>> copy(Map<String, List<UUID>> some) {
        Map<String, List<UUID>> copy = new LinkedHashMap<>();
        some.forEach((kind, ids) -> copy.put(kind, List.copyOf(ids)));
        return copy;
    }

    private static long get(Map<Result, Long> of, Result outcome) {
        return of.getOrDefault(outcome, 0L);
    }
}
