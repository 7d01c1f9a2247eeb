package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.memory.store.MemoryStore;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.review.conflict.ConflictLog;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** {@code memory_get} and {@code db_stats}: one record whole, and how many there are. */
@Component
class RecordTools implements ToolSet {

    /** Characters of a record in one answer, as JSON within JSON. */
    private static final int PART = 18_000;

    private record Located(Kind kind, String json) {
    }

    private final MemoryStore store;
    private final RecordVersions versions;
    private final NodeCounts counts;
    private final ConflictLog conflicts;
    private final JsonMapper json;
    private final TransactionTemplate snapshot;

    RecordTools(MemoryStore store, RecordVersions versions, NodeCounts counts, ConflictLog conflicts,
            JsonMapper json, PlatformTransactionManager transactions) {
        this.store = store;
        this.versions = versions;
        this.counts = counts;
        this.conflicts = conflicts;
        this.json = json;
        this.snapshot = new TransactionTemplate(transactions);
        snapshot.setReadOnly(true);
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    @Override
    public List<Tool> tools() {
        return List.of(
                new Tool("memory_get", "Get one record whole by its id; a long one in parts.", Effect.READS, List.of(
                        Argument.text("id", "The record's id, a UUID").needed(),
                        Argument.whole("offset", "At which character of a long record to go on").or(0)
                                .from(0, Integer.MAX_VALUE)), this::get),
                new Tool("db_stats", "Count this node's records, open conflicts and records set aside.",
                        Effect.READS, List.of(), this::stats));
    }

    private Answer get(Given given, Agent agent) {
        // One snapshot: the version of one moment would else be told with the record of another.
        return Objects.requireNonNull(snapshot.execute(status -> get(given)));
    }

    private Answer get(Given given) {
        UUID id = FieldLimits.uuid("id", given.text("id"));
        Located found = Shape.all().stream().flatMap(shape -> located(shape, id).stream()).findFirst()
                .orElseThrow(() -> new InvalidInput("id", "names nothing: there is no " + id + " among the episodes,"
                        + " skills and edges; it may have been deleted, or not have reached this node yet"));
        Kind kind = found.kind();
        String whole = found.json();
        Answer answer = versions.told(Answer.of("📄 " + kind + " " + id).with("kind", kind.name())
                .with("id", id.toString()), kind, id);
        int offset = given.whole("offset");
        if (offset > whole.length()) {
            throw new InvalidInput("offset", "is behind the record's end: it has " + whole.length() + " characters");
        }
        int end = end(whole, offset);
        if (offset == 0 && end == whole.length()) {
            return answer.line(whole).with("record", new Json(whole));
        }
        String part = whole.substring(offset, end);
        answer.line(part).with("part", part).with("offset", offset).with("totalCharacters", whole.length());
        return end == whole.length() ? answer : answer.with("nextOffset", end)
                .truncated("the record goes on: memory_get with offset=" + end);
    }

    private Optional<Located> located(Shape<?> shape, UUID id) {
        return store.find(shape, id).map(item -> new Located(shape.kind(), json.writeValueAsString(item)));
    }

    /** Where a part ends that begins there, counted as it is written within JSON; never within a character. */
    private static int end(String whole, int offset) {
        int room = PART;
        int end = offset;
        while (end < whole.length()) {
            char c = whole.charAt(end);
            room -= c == '"' || c == '\\' ? 2 : c < ' ' ? 6 : 1;
            if (room < 0) {
                return Character.isLowSurrogate(c) ? end - 1 : end;
            }
            end++;
        }
        return end;
    }

    private Answer stats(Given given, Agent agent) {
        Answer answer = Answer.of("📊 Database Statistics:").line("");
        long edges = counts.records(Kind.EDGES);
        long episodes = counts.records(Kind.EPISODES);
        long skills = counts.records(Kind.SKILLS);
        long open = conflicts.open();
        long aside = counts.quarantined();
        return answer.line("Edges (links between skills, and causal ones): " + edges)
                .line("Episodes (Vectors): " + episodes).line("Skills: " + skills).line("Open conflicts: " + open)
                .line("Set aside (quarantine): " + aside).with("episodes", episodes).with("skills", skills)
                .with("edges", edges).with("openConflicts", open).with("quarantined", aside);
    }
}
