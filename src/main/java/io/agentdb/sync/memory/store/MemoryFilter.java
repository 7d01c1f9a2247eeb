package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.input.Endpoint;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.memory.input.FieldNames;
import io.agentdb.sync.memory.input.FieldReader;
import io.agentdb.sync.memory.input.Timestamps;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.listing.Filter.Condition;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** By what records can be listed. */
public final class MemoryFilter {

    private static final Condition TAGS = new Condition("tags @> :tags::text[]", MemoryFilter::tags);

    private static final Map<Kind, Map<String, Condition>> KNOWN = Map.of(
            Kind.EPISODES, Map.of(
                    "sessionId", Condition.single("session_id = :sessionId", FieldLimits::text),
                    "success", Condition.single("success = :success", MemoryFilter::bool),
                    "tags", TAGS,
                    "minReward", Condition.single("reward >= :minReward", MemoryFilter::number),
                    "since", Condition.single("ts >= :since", MemoryFilter::time),
                    "until", Condition.single("ts < :until", MemoryFilter::time),
                    "task", Condition.single("strpos(lower(task), lower(:task)) > 0", FieldLimits::text)),
            Kind.SKILLS, Map.of(
                    "name", Condition.single("name = :name", FieldLimits::text),
                    "tags", TAGS,
                    "minSuccessRate", Condition.single("success_rate >= :minSuccessRate", MemoryFilter::number)),
            Kind.EDGES, Map.of(
                    "from", Condition.single("from_id = :from", (name, value) -> Endpoint.read(name, value).id()),
                    "to", Condition.single("to_id = :to", (name, value) -> Endpoint.read(name, value).id()),
                    "relationship", Condition.single("relationship = :relationship", FieldLimits::text)));

    private MemoryFilter() {
    }

    /** @throws InvalidInput with every parameter that is unknown or wrong */
    public static Filter of(Kind kind, Map<String, List<String>> parameters) {
        Map<String, Condition> known = Objects.requireNonNull(KNOWN.get(kind), "it has all kinds");
        return Filter.of(kind.name(), known, spelled -> canonical(kind, spelled), parameters);
    }

    private static String canonical(Kind kind, String spelled) {
        String name = FieldNames.camelCase(spelled);
        // What a selection calls it.
        return kind == Kind.SKILLS && name.equals("skillName") ? "name" : name;
    }

    private static String[] tags(String name, List<String> given) {
        List<String> tags = new ArrayList<>();
        for (String value : given) {
            FieldLimits.text(name, value);
            if (value.startsWith("[")) {
                // The way to ask for a tag that has a comma in it.
                Column column = Kind.EPISODES.columns().get(Kind.EPISODES.indexOf("tags"));
                ((List<?>) FieldReader.read(column, name, JsonText.parse(value)))
                        .forEach(tag -> tags.add((String) tag));
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
        if (!value.matches("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?")
                || !Double.isFinite(Double.parseDouble(value))) {
            throw new InvalidInput(name, "must be a finite number, but is " + SafeText.quoted(value));
        }
        return Double.parseDouble(value);
    }

    private static Object time(String name, String value) {
        return Timestamps.of(name, value).atOffset(ZoneOffset.UTC);
    }
}
