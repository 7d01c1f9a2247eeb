package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.Abbreviated;
import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryException;
import io.agentdb.sync.memory.input.Endpoint;
import io.agentdb.sync.memory.input.Moments;
import io.agentdb.sync.memory.input.Rules;
import io.agentdb.sync.memory.input.Spellings;
import io.agentdb.sync.memory.input.Values;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Which records a list is to have. All the conditions must hold.
 *
 * @param condition SQL with the names of the values in it
 */
public record Filter(String condition, Map<String, Object> values) {

    private record Condition(String sql, BiFunction<String, String, Object> parse) {
    }

    private static final Condition TAGS = new Condition("tags @> :tags::text[]", (name, value) -> Rules.text(name, value));

    private static final Map<Kind, Map<String, Condition>> KNOWN = Map.of(
            Kind.EPISODES, Map.of(
                    "sessionId", new Condition("session_id = :sessionId", Rules::text),
                    "success", new Condition("success = :success", Filter::bool),
                    "tags", TAGS,
                    "minReward", new Condition("reward >= :minReward", Filter::number),
                    "since", new Condition("ts >= :since", Filter::time),
                    "until", new Condition("ts < :until", Filter::time),
                    "task", new Condition("strpos(lower(task), lower(:task)) > 0", Rules::text)),
            Kind.SKILLS, Map.of(
                    "name", new Condition("name = :name", Rules::text),
                    "tags", TAGS,
                    "minSuccessRate", new Condition("success_rate >= :minSuccessRate", Filter::number)),
            Kind.EDGES, Map.of(
                    "from", new Condition("from_id = :from", (name, value) -> Endpoint.read(name, value).id()),
                    "to", new Condition("to_id = :to", (name, value) -> Endpoint.read(name, value).id()),
                    "relationship", new Condition("relationship = :relationship", Rules::text)));

    /** @throws MemoryException for each unknown or wrong-typed one */
    public static Filter of(Kind kind, Map<String, List<String>> parameters) {
        Map<String, Condition> known = KNOWN.get(kind);
        List<MemoryException.Flaw> flaws = new ArrayList<>();
        StringBuilder condition = new StringBuilder("true");
        Map<String, Object> values = new HashMap<>();
        parameters.forEach((spelled, given) -> {
            String name = canonical(kind, spelled);
            Condition one = known.get(name);
            try {
                if (one == null) {
                    throw new MemoryException(Abbreviated.text(spelled, 60), "is not a filter of " + kind + "; known are "
                            + String.join(", ", new TreeSet<>(known.keySet())) + ", and limit and cursor");
                }
                if (values.containsKey(name)) {
                    throw new MemoryException(name, "is given in two spellings");
                }
                values.put(name, one == TAGS ? tags(name, given) : one.parse().apply(name, single(name, given)));
                condition.append(" and ").append(one.sql());
            } catch (MemoryException e) {
                flaws.addAll(e.flaws());
            }
        });
        if (!flaws.isEmpty()) {
            throw new MemoryException(flaws);
        }
        return new Filter(condition.toString(), values);
    }

    private static String canonical(Kind kind, String spelled) {
        String name = Spellings.camelCase(spelled);
        // What a selection calls it.
        return kind == Kind.SKILLS && name.equals("skillName") ? "name" : name;
    }

    private static String single(String name, List<String> given) {
        if (given.size() != 1) {
            throw new MemoryException(name, "is given " + given.size() + " times");
        }
        return given.get(0);
    }

    private static String[] tags(String name, List<String> given) {
        List<String> tags = new ArrayList<>();
        for (String value : given) {
            Rules.text(name, value);
            if (value.startsWith("[")) {
                // The way to ask for a tag that has a comma in it.
                Column column = new Column("tags", Column.Type.TEXT_ARRAY, false);
                ((List<?>) Values.read(column, name, JsonText.parse(value))).forEach(tag -> tags.add((String) tag));
            } else {
                tags.addAll(List.of(value.split(",", -1)));
            }
        }
        return tags.toArray(String[]::new);
    }

    private static Object bool(String name, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new MemoryException(name, "must be true or false, but is " + Abbreviated.quoted(value));
        };
    }

    private static Object number(String name, String value) {
        if (!value.matches("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?") || !Double.isFinite(Double.parseDouble(value))) {
            throw new MemoryException(name, "must be a finite number, but is " + Abbreviated.quoted(value));
        }
        return Double.parseDouble(value);
    }

    private static Object time(String name, String value) {
        return Moments.of(name, value).atOffset(ZoneOffset.UTC);
    }
}
