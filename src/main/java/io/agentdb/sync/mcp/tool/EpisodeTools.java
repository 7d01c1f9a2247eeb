package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.mcp.tool.Answer.Item;
import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.Edits;
import io.agentdb.sync.memory.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** {@code reflexion_*}: what the agent tried, and what came of it. */
@Component
class EpisodeTools implements ToolSet {

    private static final int MOST_AT_ONCE = 1_000;
    private static final String TOKENS = "tokens";
    private static final List<String> AS_FIELDS = List.of("session_id", "task", "reward", "success", "critique",
            "input", "output", "latency_ms", "tags", "metadata");
    private static final List<Argument> EPISODE = List.of(
            Argument.text("session_id", "Which conversation or run this belongs to").needed(),
            Argument.text("task", "What was tried").needed(),
            Argument.number("reward", "How well it went, usually 0 to 1").needed(),
            Argument.flag("success", "Whether it worked").needed(),
            Argument.text("critique", "What to do better next time"),
            Argument.text("input", "What it began with"),
            Argument.text("output", "What came of it"),
            Argument.whole("latency_ms", "Milliseconds that it took"),
            Argument.whole(TOKENS, "Tokens that it used"),
            Argument.texts("tags", "Words to find it by"),
            Argument.object("metadata", "Anything else, as an object"));

    private final MemoryStore store;
    private final Retrieval retrieval;
    private final RecordVersions versions;

    EpisodeTools(MemoryStore store, Retrieval retrieval, RecordVersions versions) {
        this.store = store;
        this.retrieval = retrieval;
        this.versions = versions;
    }

    @Override
    public List<Tool> tools() {
        return List.of(
                new Tool("reflexion_store", "Store an episode: what was tried, how it went, and a critique of it, for"
                        + " this and every other agent that shares this memory.", Effect.ADDS, EPISODE, this::store),
                new Tool("reflexion_store_batch", "Store up to " + MOST_AT_ONCE + " episodes, all or none.",
                        Effect.ADDS, RecordBatch.arguments(Argument.objects("episodes", "The episodes", EPISODE)
                                .needed()
                                .from(1, MOST_AT_ONCE)), this::storeBatch),
                new Tool("reflexion_retrieve", "Retrieve past episodes that have words of a task, or mean what it says"
                        + " where this node knows meanings, the best first."
                        + " Long texts are cut; memory_get has them whole.", Effect.READS, List.of(
                        Argument.text("task", "What is about to be done").needed(),
                        Argument.whole("k", "How many").or(5).from(1, Retrieval.MOST),
                        Argument.flag("only_failures", "Only what did not work"),
                        Argument.flag("only_successes", "Only what worked"),
                        Argument.number("min_reward", "Only from this reward on"),
                        Argument.text("session_id", "Only of this session"),
                        Argument.texts("tags", "Only what has all of these tags"),
                        Argument.text("node", "Only what this node has written last")), this::retrieve));
    }

    private Answer store(Given given, Agent agent) {
        Episode episode = store.create(Shape.EPISODES, episode(given));
        return versions.told(Answer.of("✅ Stored episode #" + episode.id())
                .line("Task: " + Preview.line(episode.task(), Preview.LENGTH))
                .line("Reward: " + given.written("reward")).line("Success: " + episode.success())
                .with("kind", Kind.EPISODES.name()).with("id", episode.id().toString()),
                Kind.EPISODES, episode.id());
    }

    private Answer storeBatch(Given given, Agent agent) {
        RecordBatch batch = RecordBatch.begun(given);
        List<Episode> episodes = RecordBatch.each("episodes", given.objects("episodes"), EpisodeTools::episode);
        store.createAll(Shape.EPISODES, episodes);
        return batch.answer("Stored", "episodes", Kind.EPISODES, episodes.stream().map(Episode::id).toList(),
                episodes.stream().map(Episode::task).toList());
    }

    static Episode episode(Given given) {
        ObjectNode fields = given.fields(AS_FIELDS);
        given.optionalWhole(TOKENS).ifPresent(tokens -> fields.put("tokens_used", tokens));
        return Edits.created(Shape.EPISODES, fields);
    }

    private Answer retrieve(Given given, Agent agent) {
        if (given.flag("only_failures") && given.flag("only_successes")) {
            throw new InvalidInput("only_failures", "and only_successes leave nothing: give one of them");
        }
        Map<String, List<String>> filters = Retrieval.filters(given, List.of("session_id", "tags", "node"));
        if (given.flag("only_failures") || given.flag("only_successes")) {
            filters.put("success", List.of(String.valueOf(given.flag("only_successes"))));
        }
        given.optionalNumber("min_reward").ifPresent(least ->
                filters.put("minReward", List.of(String.valueOf(least))));
        Retrieval.Recollection found = retrieval.of(given, "task", Set.of(Kind.EPISODES), filters,
                given.whole("k"));
        List<Item> entries = new ArrayList<>();
        found.records().forEach(one -> entries.add(entry(entries.size() + 1, one)));
        return found.told(Answer.of("🔍 Retrieved " + entries.size() + " episodes:").with("found", entries.size()))
                .list("episodes", entries, "memory_get has each of them by its id");
    }

    private static Item entry(int place, Retrieval.Recalled one) {
        Episode episode = (Episode) one.hit().record();
        String id = episode.id().toString();
        return new Item(id, place + ". Episode " + id + Lines.of("Task", episode.task())
                + "\n   Reward: " + Lines.fixed(episode.reward(), 2)
                + "\n   Similarity: " + Lines.fixed(one.similarity(), 3)
                + Lines.of("Critique", episode.critique()) + Lines.of("Output", episode.output())
                + Lines.of("Node", one.hit().origin()), Retrieval.fields(one));
    }
}
