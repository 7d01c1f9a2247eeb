package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.mcp.tool.Answer.Item;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * Several records by one call, all or none.
 *
 * @param began by {@link System#nanoTime}
 */
record RecordBatch(String format, long began) {

    private static final String JSON = "json";
    private static final String DETAILED = "detailed";
    /** Their ids fit into one answer. */
    private static final int IDS = 400;

    /** With what AgentDB's batches take beside their entries. */
    static List<Argument> arguments(Argument entries) {
        return List.of(entries,
                Argument.whole("batch_size", "Taken as AgentDB takes it; all go in one transaction, whatever it says")
                        .from(1, 1_000),
                Argument.text("format", "How much to tell of it").or("concise")
                        .among(List.of("concise", DETAILED, JSON)));
    }

    static RecordBatch begun(Given given) {
        return new RecordBatch(given.text("format"), System.nanoTime());
    }

    /**
     * What is made of each.
     *
     * @throws InvalidInput with the flaws of all of them, and at which place they stand
     */
    static <E, T> List<T> each(String name, List<E> entries, Function<E, T> made) {
        List<T> all = new ArrayList<>();
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String place = name + "[" + i + "]";
            try {
                all.add(made.apply(entries.get(i)));
            } catch (InvalidInput e) {
                e.flaws().forEach(flaw -> flaws.add(new InvalidInput.Flaw(
                        flaw.field().isEmpty() ? place : place + "." + flaw.field(), flaw.message())));
            }
        }
        if (!flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
        return all;
    }

    /** @param labels what each is called, in the order of the ids */
    Answer answer(String done, String what, Kind kind, List<UUID> ids, List<String> labels) {
        return answer(done, what, kind, ids, labels, Map.of());
    }

    /** @param more what else there is to tell */
    Answer answer(String done, String what, Kind kind, List<UUID> ids, List<String> labels, Map<String, ?> more) {
        long millis = Math.max(1, (System.nanoTime() - began) / 1_000_000);
        String firstLine = String.format(Locale.ROOT, "✅ %s %d %s in %dms (%.1f %s/sec)", done, ids.size(), what,
                millis, ids.size() * 1_000.0 / millis, what);
        Answer answer = Answer.of(firstLine).with("durationMs", millis);
        more.forEach(answer::with);
        if (format.equals(DETAILED)) {
            List<Item> entries = new ArrayList<>();
            for (UUID id : ids) {
                String label = Preview.line(labels.get(entries.size()), 80);
                entries.add(new Item(id.toString(), (entries.size() + 1) + ". " + id + Lines.of("Is", label),
                        Map.of("id", id.toString(), "is", label)));
            }
            return answer.with("kind", kind.name()).with("inserted", ids.size())
                    .list("records", entries.subList(0, Math.min(entries.size(), IDS)), "all of them are stored");
        }
        ids(answer, kind, ids);
        return format.equals(JSON) ? answer.asJson() : answer;
    }

    /** Says which they are, as many as there is room for. */
    static Answer ids(Answer answer, Kind kind, List<UUID> ids) {
        answer.with("kind", kind.name()).with("inserted", ids.size())
                .with("ids", ids.stream().limit(IDS).map(UUID::toString).toList());
        return ids.size() <= IDS ? answer
                : answer.truncated("all " + ids.size() + " are stored; the ids of the first " + IDS + " are told here");
    }
}
