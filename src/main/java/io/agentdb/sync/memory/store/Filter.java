package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Merging;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.input.Endpoint;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.memory.input.FieldNames;
import io.agentdb.sync.memory.input.FieldReader;
import io.agentdb.sync.memory.input.Timestamps;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private static final Condition TAGS = new Condition("tags @> :tags::text[]", (name, value) -> FieldLimits.text(name, value));

    private static final Map<Kind, Map<String, Condition>> KNOWN = Map.of(
            Kind.EPISODES, Map.of(
                    "sessionId", new Condition("session_id = :sessionId", FieldLimits::text),
                    "success", new Condition("success = :success", Filter::bool),
                    "tags", TAGS,
                    "minReward", new Condition("reward >= :minReward", Filter::number),
                    "since", new Condition("ts >= :since", Filter::time),
                    "until", new Condition("ts < :until", Filter::time),
                    "task", new Condition("strpos(lower(task), lower(:task)) > 0", FieldLimits::text)),
            Kind.SKILLS, Map.of(
                    "name", new Condition("name = :name", FieldLimits::text),
                    "tags", TAGS,
                    "minSuccessRate", new Condition("success_rate >= :minSuccessRate", Filter::number)),
            Kind.EDGES, Map.of(
                    "from", new Condition("from_id = :from", (name, value) -> Endpoint.read(name, value).id()),
                    "to", new Condition("to_id = :to", (name, value) -> Endpoint.read(name, value).id()),
                    "relationship", new Condition("relationship = :relationship", FieldLimits::text)));

    /** @throws InvalidInput for each unknown or wrong-typed one */
    public static Filter of(Kind kind, Map<String, List<String>> parameters) {
        Map<String, Condition> known = Objects.requireNonNull(KNOWN.get(kind), "it has all kinds");
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        StringBuilder condition = new StringBuilder("true");
        Map<String, Object> values = new HashMap<>();
        parameters.forEach((spelled, given) -> {
            String name = canonical(kind, spelled);
            Condition one = known.get(name);
            try {
                if (one == null) {
                    throw new InvalidInput(SafeText.text(spelled, 60), "is not a filter of " + kind + "; known are "
                            + String.join(", ", new TreeSet<>(known.keySet())) + ", and limit and cursor");
                }
                if (values.containsKey(name)) {
                    throw new InvalidInput(name, "is given in two spellings");
                }
                values.put(name, one == TAGS ? tags(name, given) : one.parse().apply(name, single(name, given)));
                condition.append(" and ").append(one.sql());
            } catch (InvalidInput e) {
                flaws.addAll(e.flaws());
            }
        });
        if (!flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
        return new Filter(condition.toString(), values);
    }

    private static String canonical(Kind kind, String spelled) {
        String name = FieldNames.camelCase(spelled);
        // What a selection calls it.
        return kind == Kind.SKILLS && name.equals("skillName") ? "name" : name;
    }

    private static String single(String name, List<String> given) {
        if (given.size() != 1) {
            throw new InvalidInput(name, "is given " + given.size() + " times");
        }
        return given.get(0);
    }

    private static String[] tags(String name, List<String> given) {
        List<String> tags = new ArrayList<>();
        for (String value : given) {
            FieldLimits.text(name, value);
            if (value.startsWith("[")) {
                // The way to ask for a tag that has a comma in it.
                Column column = new Column("tags", Column.Type.TEXT_ARRAY, false, Merging.UNITED);
                ((List<?>) FieldReader.read(column, name, JsonText.parse(value))).forEach(tag -> tags.add((String) tag));
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
            default -> throw new InvalidInput(name, "must be true or false, but is " + SafeText.quoted(value));
        };
    }

    private static Object number(String name, String value) {
        if (!value.matches("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?") || !Double.isFinite(Double.parseDouble(value))) {
            throw new InvalidInput(name, "must be a finite number, but is " + SafeText.quoted(value));
        }
        return Double.parseDouble(value);
    }

    private static Object time(String name, String value) {
        return Timestamps.of(name, value).atOffset(ZoneOffset.UTC);
    }
}
