package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.store.BulkDelete;
import io.agentdb.sync.memory.store.MemoryFilter;
import io.agentdb.sync.memory.store.MemoryStore;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** {@code agentdb_delete*}: a deletion reaches every node, so none is made of more than somebody has counted. */
@Component
class DeleteTools implements ToolSet {

    private static final Argument TABLE = Argument.text("table", "Of which kind they are").or(Kind.EPISODES.name())
            .among(Kind.ALL.stream().map(Kind::name).toList());

    private final MemoryStore store;
    private final BulkDelete bulk;

    DeleteTools(MemoryStore store, BulkDelete bulk) {
        this.store = store;
        this.bulk = bulk;
    }

    @Override
    public List<Tool> tools() {
        return List.of(
                new Tool("agentdb_delete", "Delete a record by its id, or up to " + BulkDelete.MOST + " episodes by"
                        + " filters. By filters only with expected_count: without it, you are told how many match,"
                        + " and nothing is deleted. Deletions reach every node.", Effect.OVERWRITES, List.of(
                        Argument.text("id", "The record's id, a UUID"), TABLE,
                        Argument.object("filters", "Which episodes; all that is given must hold",
                                Argument.text("session_id", "Of this session"),
                                Argument.time("before_timestamp", "From before this time: seconds or milliseconds"
                                        + " since 1970, or ISO 8601")),
                        Argument.whole("expected_count", "How many must match, or nothing is deleted")
                                .from(1, BulkDelete.MOST)), this::delete),
                new Tool("agentdb_delete_batch", "Delete up to " + BulkDelete.MOST + " records by their ids, all that"
                        + " are there or none. Deletions reach every node.", Effect.OVERWRITES, List.of(
                        Argument.texts("ids", "The records' ids, UUIDs").needed().from(1, BulkDelete.MOST), TABLE),
                        this::deleteBatch));
    }

    private Answer delete(Given given, Agent agent) {
        if (given.has("id") == given.has("filters")) {
            throw new InvalidInput("id", given.has("id") ? "and filters both say what to delete: give one of them"
                    : "or filters must say what to delete");
        }
        return given.has("id") ? one(given) : given.object("filters").map(filters -> matching(given, filters))
                .orElseThrow();
    }

    private Answer one(Given given) {
        UUID id = FieldLimits.uuid("id", given.text("id"));
        Kind kind = Kind.named(given.text("table")).orElseThrow();
        if (given.has("expected_count")) {
            throw new InvalidInput("expected_count", "goes only with filters");
        }
        if (!store.delete(Shape.of(kind), id)) {
            throw new InvalidInput("id", "names nothing: there is no " + id + " among the " + kind
                    + ", and nothing was deleted");
        }
        return deleted(1).line("🗑️  ID: " + id).with("kind", kind.name()).with("id", id.toString());
    }

    private Answer matching(Given given, Given filters) {
        if (!given.text("table").equals(Kind.EPISODES.name())) {
            throw new InvalidInput("filters", "are of episodes: give the ids of other records");
        }
        Map<String, List<String>> asked = new HashMap<>();
        filters.optionalText("session_id").ifPresent(session -> asked.put("sessionId", List.of(session)));
        filters.optionalText("before_timestamp").ifPresent(time -> asked.put("until", List.of(time)));
        if (asked.isEmpty()) {
            throw new InvalidInput("filters", "must say which episodes: give session_id, before_timestamp or both");
        }
        Filter filter = MemoryFilter.of(Kind.EPISODES, asked);
        long expected = given.optionalWhole("expected_count").orElse(0L);
        if (expected == 0 || bulk.delete(Kind.EPISODES, filter, (int) expected) != expected) {
            throw notExpected(filter, expected);
        }
        return deleted(expected).line("🗑️  Bulk deletion with filters").with("kind", Kind.EPISODES.name());
    }

    private InvalidInput notExpected(Filter filter, long expected) {
        long match = bulk.count(Kind.EPISODES, filter);
        String now = match + " episodes match, and nothing was deleted";
        if (match == 0) {
            return new InvalidInput("filters", "match nothing: " + now);
        }
        return new InvalidInput("expected_count", (expected == 0 ? "is required with filters: "
                : "says " + expected + ": ") + now + (match > BulkDelete.MOST
                ? "; at most " + BulkDelete.MOST + " can be deleted at once, so narrow the filters"
                : "; if you mean all of them, repeat with expected_count=" + match));
    }

    private static Answer deleted(long count) {
        return Answer.of("✅ Delete operation completed!").line("📊 Deleted: " + count + " vector(s)")
                .with("deleted", count);
    }

    private Answer deleteBatch(Given given, Agent agent) {
        Kind kind = Kind.named(given.text("table")).orElseThrow();
        Set<UUID> ids = new LinkedHashSet<>(RecordBatch.each("ids", given.texts("ids"), id -> FieldLimits.uuid("",
                id)));
        List<UUID> deleted = bulk.delete(kind, ids);
        List<String> unknown = ids.stream().filter(id -> !deleted.contains(id)).map(UUID::toString).limit(100).toList();
        Answer answer = Answer.of("🗑️  Batch delete from `" + kind + "`: " + deleted.size() + "/" + ids.size()
                + " rows removed (atomic).").with("kind", kind.name()).with("deleted", deleted.size())
                .with("notThere", ids.size() - deleted.size());
        return unknown.isEmpty() ? answer : answer.line("Not there: " + String.join(", ", unknown)
                + (unknown.size() < ids.size() - deleted.size() ? ", …" : "")).with("unknown", unknown);
    }
}
