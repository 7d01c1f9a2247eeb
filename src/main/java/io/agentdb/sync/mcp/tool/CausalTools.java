package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.mcp.tool.Answer.Item;
import io.agentdb.sync.memory.Edge;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.Edits;
import io.agentdb.sync.memory.store.CausalEdges;
import io.agentdb.sync.memory.store.MemoryStore;
import io.agentdb.sync.memory.store.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** {@code causal_*}: what leads to what, in free words. */
@Component
class CausalTools implements ToolSet {

    private static final int MOST = 100;
    /** What an end of that word would be taken for: another record's id, not words. */
    private static final Set<String> RECORDS = Set.of("skill", "episode");

    private final MemoryStore store;
    private final CausalEdges edges;
    private final RecordVersions versions;

    CausalTools(MemoryStore store, CausalEdges edges, RecordVersions versions) {
        this.store = store;
        this.edges = edges;
        this.versions = versions;
    }

    @Override
    public List<Tool> tools() {
        return List.of(
                new Tool("causal_add_edge", "Note down that one thing leads to another. An edge with the same two ends"
                        + " is the same edge: what is given here takes the place of what it has.", Effect.OVERWRITES,
                        List.of(
                        Argument.text("cause", "What was done, in up to 512 characters").needed(),
                        Argument.text("effect", "What came of it, in up to 512 characters").needed(),
                        Argument.number("uplift", "How much better (or, below 0, worse) it is with the cause")
                                .needed(),
                        Argument.number("confidence", "How sure that is").or(0.95).from(0, 1),
                        Argument.whole("sample_size", "From how many observations").or(0)), this::add),
                new Tool("causal_query", "Query what leads to what, the strongest first. Without cause and effect, the"
                        + " strongest of all.", Effect.READS, List.of(
                        Argument.text("cause", "Words of the cause, or a skill's name"),
                        Argument.text("effect", "Words of the effect, or a skill's name"),
                        Argument.number("min_confidence", "Only what is at least so sure").or(0.5),
                        Argument.number("min_uplift", "Only what changes at least so much, up or down").or(0.0),
                        Argument.whole("limit", "How many").or(10).from(1, MOST)), this::query));
    }

    private Answer add(Given given, Agent agent) {
        String cause = end(given, "cause");
        String effect = end(given, "effect");
        UUID from = CausalEdges.end(cause);
        UUID to = CausalEdges.end(effect);
        ObjectNode fields = given.fields(List.of("uplift", "confidence", "sample_size"));
        Written<Edge> written = store.write(Shape.EDGES, Identity.edge(from, CausalEdges.CAUSAL, to), present -> {
            if (present != null) {
                return Edits.patched(Shape.EDGES, present, fields);
            }
            ObjectNode whole = fields.deepCopy().put("from_type", cause).put("from_id", from.toString())
                    .put("relationship", CausalEdges.CAUSAL).put("to_type", effect).put("to_id", to.toString())
                    .put("confidence", given.number("confidence"))
                    .put("sample_size", given.optionalWhole("sample_size").orElseThrow());
            return Edits.created(Shape.EDGES, whole);
        }).orElseThrow();
        UUID id = written.item().id();
        return versions.told(Answer.of("✅ " + (written.created() ? "Added" : "Updated") + " causal edge #" + id)
                .line(Preview.line(cause, Preview.LENGTH) + " → " + Preview.line(effect, Preview.LENGTH))
                .line("Uplift: " + given.written("uplift")).with("kind", Kind.EDGES.name()).with("id", id.toString())
                .with("existed", !written.created()), Kind.EDGES, id);
    }

    private static String end(Given given, String name) {
        String words = given.text(name);
        if (words.codePointCount(0, words.length()) > 512) {
            throw new InvalidInput(name, "must have at most 512 characters");
        }
        if (RECORDS.contains(words)) {
            throw new InvalidInput(name, "says '" + words + "' alone, which names no thing: say which one");
        }
        return words;
    }

    private Answer query(Given given, Agent agent) {
        CausalEdges.Effects found = edges.find(given.optionalText("cause"), given.optionalText("effect"),
                given.number("min_confidence"), given.number("min_uplift"), given.whole("limit"));
        List<Item> entries = new ArrayList<>();
        found.edges().forEach(edge -> entries.add(entry(entries.size() + 1, edge)));
        return Answer.of("🔍 Found " + found.total() + " causal edges:").with("found", found.total())
                .list("edges", entries, "memory_get has each of them by its id, and a smaller limit fewer");
    }

    private static Item entry(int place, Edge edge) {
        return new Item(edge.id().toString(), place + ". " + called(edge.fromType(), edge.fromId()) + " → "
                + called(edge.toType(), edge.toId()) + "\n   Uplift: " + Lines.fixed(or(edge.uplift()), 3)
                + " (confidence: " + Lines.fixed(or(edge.confidence()), 2) + ")"
                + Lines.of("Mechanism", edge.mechanism()), Preview.fields(Shape.EDGES, edge));
    }

    private static String called(String type, UUID id) {
        return RECORDS.contains(type) ? type + " " + id : Preview.line(type, Preview.LENGTH);
    }

    private static double or(@Nullable Double value) {
        return value == null ? 0 : value;
    }
}
