package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.mcp.tool.Answer.Item;
import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.Edits;
import io.agentdb.sync.memory.store.MemoryStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** {@code agentdb_insert*} and {@code agentdb_search}: texts that are neither tried nor judged, kept as episodes. */
@Component
class VectorTools implements ToolSet {

    private static final int MOST_AT_ONCE = 1_000;
    private static final List<Argument> ITEM = List.of(
            Argument.text("text", "What to remember").needed(),
            Argument.object("metadata", "Anything else, as an object"),
            Argument.text("session_id", "Which conversation or run this belongs to").or("default"),
            Argument.texts("tags", "Words to find it by"));

    private final MemoryStore store;
    private final Retrieval retrieval;
    private final RecordVersions versions;

    VectorTools(MemoryStore store, Retrieval retrieval, RecordVersions versions) {
        this.store = store;
        this.retrieval = retrieval;
        this.versions = versions;
    }

    @Override
    public List<Tool> tools() {
        return List.of(
                new Tool("agentdb_insert", "Remember a text, as an episode with that task, reward 1 and success.",
                        Effect.ADDS, ITEM, this::insert),
                new Tool("agentdb_insert_batch", "Remember up to " + MOST_AT_ONCE + " texts, all or none.",
                        Effect.ADDS, List.of(Argument.objects("items", "The texts", ITEM).needed()
                                .from(1, MOST_AT_ONCE),
                        Argument.whole("batch_size", "Taken as AgentDB takes it; all go in one transaction, whatever"
                                + " it says").or(100).from(1, 1_000)), this::insertBatch),
                new Tool("agentdb_search", "Find episodes that have words of a query, or mean what it says where this"
                        + " node knows meanings, the best first.", Effect.READS, List.of(
                        Argument.text("query", "What to look for").needed(),
                        Argument.whole("k", "How many").or(10).from(1, Retrieval.MOST),
                        Argument.number("min_similarity", "Only what fits at least so well, where the best has 1")
                                .or(0.0),
                        Argument.object("filters", "What else must hold", Argument.text("session_id", "Its session"),
                                Argument.texts("tags", "Tags that it has, all of them"),
                                Argument.number("min_reward", "Its least reward"))), this::search));
    }

    private Answer insert(Given given, Agent agent) {
        Episode episode = store.create(Shape.EPISODES, episode(given));
        List<String> tags = given.texts("tags");
        return versions.told(Answer.of("✅ Vector inserted successfully!").line("🆔 ID: " + episode.id())
                .line("📝 Text: " + Preview.line(episode.task(), 100))
                .line("🏷️  Tags: " + (tags.isEmpty() ? "none" : Preview.line(String.join(", ", tags), Preview.LENGTH)))
                .with("kind", Kind.EPISODES.name()).with("id", episode.id().toString()),
                Kind.EPISODES, episode.id());
    }

    private Answer insertBatch(Given given, Agent agent) {
        List<Episode> episodes = RecordBatch.each("items", given.objects("items"), VectorTools::episode);
        store.createAll(Shape.EPISODES, episodes);
        return RecordBatch.ids(Answer.of("✅ Batch insert completed!").line("📊 Inserted: " + episodes.size()
                + " vectors")
                .line("💾 Transaction committed"), Kind.EPISODES, episodes.stream().map(Episode::id).toList());
    }

    private static Episode episode(Given given) {
        ObjectNode fields = given.fields(List.of("metadata", "tags"));
        // Once: AgentDB has the text as the input, too, and a long one would not fit twice.
        fields.put("task", given.text("text")).put("session_id", given.text("session_id")).put("reward", 1)
                .put("success", true);
        return Edits.created(Shape.EPISODES, fields);
    }

    private Answer search(Given given, Agent agent) {
        Map<String, List<String>> filters = given.object("filters").map(asked -> {
            Map<String, List<String>> all = Retrieval.filters(asked, List.of("session_id", "tags"));
            asked.optionalNumber("min_reward").ifPresent(least ->
                    all.put("minReward", List.of(String.valueOf(least))));
            return all;
        }).orElseGet(HashMap::new);
        Retrieval.Recollection found = retrieval.of(given, "query", Set.of(Kind.EPISODES), filters,
                given.whole("k"));
        List<Item> entries = new ArrayList<>();
        found.records().stream().filter(one -> one.similarity() >= given.number("min_similarity"))
                .forEach(one -> entries.add(entry(entries.size() + 1, one)));
        return found.told(Answer.of("🔍 Search completed!").line("📊 Found: " + entries.size() + " results")
                .line("🎯 Query: " + Preview.line(given.text("query"), Preview.LENGTH)).line("").line("Top Results:")
                .with("found", entries.size())).list("results", entries, "memory_get has each of them by its id");
    }

    private static Item entry(int place, Retrieval.Recalled one) {
        Episode episode = (Episode) one.hit().record();
        return new Item(episode.id().toString(), place + ". [ID: " + episode.id() + "] Similarity: "
                + Lines.fixed(one.similarity(), 3) + Lines.of("Task", episode.task()) + "\n   Reward: "
                + Lines.fixed(episode.reward(), 2) + Lines.of("Node", one.hit().origin()), Retrieval.fields(one));
    }
}
