package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.mcp.tool.Answer.Item;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.Skill;
import io.agentdb.sync.memory.input.Edits;
import io.agentdb.sync.memory.store.MemoryStore;
import io.agentdb.sync.memory.store.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code skill_*}: what agents have learned to do. A skill's name is its identity, on every node. */
@Component
class SkillTools implements ToolSet {

    private static final int MOST_AT_ONCE = 100;
    private static final List<Argument> SKILL = List.of(
            Argument.text("name", "Its name, which is what it is known by everywhere").needed(),
            Argument.text("description", "What it does and when to use it").needed(),
            Argument.text("code", "The code, or the steps"),
            Argument.number("success_rate", "How often it works, from 0 to 1").from(0, 1),
            Argument.object("signature", "{inputs, outputs}"),
            Argument.texts("tags", "Words to find it by"));
    private static final List<Argument> IN_BATCH = Stream.concat(SKILL.stream(), Stream.of(
            Argument.whole("uses", "How often it was used"),
            Argument.number("avg_reward", "How well it went on average"),
            Argument.number("avg_latency_ms", "Milliseconds that it took on average"),
            Argument.object("metadata", "Anything else, as an object"))).toList();

    private final MemoryStore store;
    private final Retrieval retrieval;
    private final RecordVersions versions;

    SkillTools(MemoryStore store, Retrieval retrieval, RecordVersions versions) {
        this.store = store;
        this.retrieval = retrieval;
        this.versions = versions;
    }

    @Override
    public List<Tool> tools() {
        String same = " If there is a skill of that name already, what is given here takes the place of what it has.";
        return List.of(
                new Tool("skill_create", "Create a reusable skill." + same, Effect.OVERWRITES, SKILL,
                        this::create),
                new Tool("skill_create_batch", "Create up to " + MOST_AT_ONCE + " skills, all or none." + same,
                        Effect.OVERWRITES, RecordBatch.arguments(Argument.objects("skills", "The skills", IN_BATCH)
                                .needed()
                                .from(1, MOST_AT_ONCE)), this::createBatch),
                new Tool("skill_search", "Find skills that have words of a task, or mean what it says where this node"
                        + " knows meanings, the best first. Long texts are cut; memory_get has them whole.",
                        Effect.READS, List.of(
                        Argument.text("task", "What is about to be done").needed(),
                        Argument.whole("k", "How many").or(10).from(1, Retrieval.MOST),
                        Argument.number("min_success_rate", "Only from this success rate on"),
                        Argument.texts("tags", "Only what has all of these tags"),
                        Argument.text("node", "Only what this node has written last")), this::search));
    }

    private Answer create(Given given, Agent agent) {
        MemoryStore.RecordChange<Skill> change = change(given, SKILL);
        Written<Skill> written = store.write(Shape.SKILLS, change.id(), change.change()).orElseThrow();
        Skill skill = written.item();
        return versions.told(Answer.of("✅ " + (written.created() ? "Created" : "Updated") + " skill #" + skill.id()
                + ": " + Preview.line(skill.name(), Preview.LENGTH))
                .with("kind", Kind.SKILLS.name()).with("id", skill.id().toString())
                .with("existed", !written.created()), Kind.SKILLS, skill.id());
    }

    private Answer createBatch(Given given, Agent agent) {
        RecordBatch batch = RecordBatch.begun(given);
        List<Given> skills = given.objects("skills");
        // All looked at before the first is written, so that every flaw is told at once.
        RecordBatch.each("skills", skills, one -> Edits.created(Shape.SKILLS, complete(fields(one, IN_BATCH))));
        long existed = store.writeAll(Shape.SKILLS, skills.stream().map(one -> change(one, IN_BATCH)).toList()).stream()
                .filter(skill -> !skill.created()).count();
        return batch.answer("Created", "skills", Kind.SKILLS, skills.stream().map(SkillTools::id).toList(),
                skills.stream().map(one -> one.text("name")).toList(), Map.of("existed", existed));
    }

    private static MemoryStore.RecordChange<Skill> change(Given given, List<Argument> known) {
        ObjectNode fields = fields(given, known);
        return new MemoryStore.RecordChange<>(id(given), present -> present == null
                ? Edits.created(Shape.SKILLS, complete(fields)) : Edits.patched(Shape.SKILLS, present,
                        replacing(present, fields)));
    }

    /** A patch by which objects take the place of others, where one as it is given would be joined with them. */
    private static ObjectNode replacing(Skill present, ObjectNode fields) {
        ObjectNode patch = fields.deepCopy();
        replacing(present.signature(), patch.path("signature"));
        replacing(present.metadata(), patch.path("metadata"));
        return patch;
    }

    private static void replacing(@Nullable Json before, JsonNode patch) {
        if (before != null && patch instanceof ObjectNode given) {
            removing(JsonText.trusted(before.text()), given);
        }
    }

    private static void removing(JsonNode before, ObjectNode patch) {
        before.properties().forEach(entry -> {
            if (!patch.has(entry.getKey())) {
                patch.putNull(entry.getKey());
            } else if (patch.get(entry.getKey()) instanceof ObjectNode nested) {
                removing(entry.getValue(), nested);
            }
        });
    }

    private static ObjectNode fields(Given given, List<Argument> known) {
        return given.fields(known.stream().map(Argument::name).toList());
    }

    private static UUID id(Given given) {
        return Identity.skill(given.text("name"));
    }

    /** As AgentDB makes them: it can keep no skill without a signature, and finds none without a success rate. */
    private static ObjectNode complete(ObjectNode fields) {
        ObjectNode complete = fields.deepCopy();
        if (!complete.has("success_rate")) {
            complete.put("success_rate", 0);
        }
        if (!complete.has("signature")) {
            complete.set("signature", JsonText.object("{\"inputs\": {}, \"outputs\": {}}"));
        }
        return complete;
    }

    private Answer search(Given given, Agent agent) {
        Map<String, List<String>> filters = Retrieval.filters(given, List.of("tags", "node"));
        given.optionalNumber("min_success_rate").ifPresent(least ->
                filters.put("minSuccessRate", List.of(String.valueOf(least))));
        Retrieval.Recollection found = retrieval.of(given, "task", Set.of(Kind.SKILLS), filters,
                given.whole("k"));
        List<Item> entries = new ArrayList<>();
        found.records().forEach(one -> entries.add(entry(entries.size() + 1, one)));
        return found.told(Answer.of("🔍 Found " + entries.size() + " skills:").with("found", entries.size()))
                .list("skills", entries, "memory_get has each of them by its id");
    }

    private static Item entry(int place, Retrieval.Recalled one) {
        Skill skill = (Skill) one.hit().record();
        Double rate = skill.successRate();
        return new Item(skill.id().toString(), place + ". " + Preview.line(skill.name(), Preview.LENGTH)
                + (skill.description() == null ? "" : "\n   " + Preview.line(skill.description(), Preview.LENGTH))
                + "\n   Success: " + (rate == null ? "–" : Lines.fixed(rate * 100, 1) + "%")
                + "\n   Similarity: " + Lines.fixed(one.similarity(), 3) + Lines.of("Code", skill.code())
                + Lines.of("Id", skill.id().toString()) + Lines.of("Node", one.hit().origin()),
                Retrieval.fields(one));
    }
}
