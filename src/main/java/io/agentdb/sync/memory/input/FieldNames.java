package io.agentdb.sync.memory.input;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The names under which a kind's fields are accepted: camelCase, snake_case, and what AgentDB's own code calls them.
 */
public final class FieldNames {

    private static final Map<Kind, Map<String, List<String>>> OTHERS = Map.of(
            Kind.SKILLS, Map.of(
                    "uses", List.of("usage_count"),
                    // The column that AgentDB's sync reads, and that its skills and edges do not have.
                    "created_at", List.of("ts")),
            Kind.EDGES, Map.of(
                    "from_id", List.of("from", "from_skill_id", "parent_skill_id", "from_memory_id"),
                    "to_id", List.of("to", "to_skill_id", "child_skill_id", "to_memory_id"),
                    "from_type", List.of("from_memory_type"),
                    "to_type", List.of("to_memory_type"),
                    "created_at", List.of("ts")));

    private static final Map<Kind, Map<String, Integer>> COLUMNS =
            Kind.ALL.stream().collect(Collectors.toUnmodifiableMap(kind -> kind, FieldNames::columns));

    private FieldNames() {
    }

    /** The one spelling of a name that may be given in snake_case: {@code sessionId} for {@code session_id}. */
    public static String camelCase(String name) {
        return name.matches("[a-z0-9]+(_[a-z0-9]+)+") ? Shape.field(name) : name;
    }

    /** The position of the column that a field means; empty if it means none. */
    public static Optional<Integer> column(Kind kind, String field) {
        return Optional.ofNullable(Objects.requireNonNull(COLUMNS.get(kind), "it has all kinds").get(field));
    }

    /** Whether the name alone says that an edge's end is a skill. */
    static boolean saysSkill(String field) {
        return field.toLowerCase(Locale.ROOT).contains("skill");
    }

    /** The fields in their one spelling, for messages. */
    static String known(Kind kind) {
        return kind.columns().stream().map(Shape::field).collect(Collectors.joining(", ", "id, ", ""));
    }

    private static Map<String, Integer> columns(Kind kind) {
        Map<String, Integer> positions = new HashMap<>();
        for (Column column : kind.columns()) {
            int position = kind.indexOf(column.name());
            put(positions, column.name(), position);
            OTHERS.getOrDefault(kind, Map.of()).getOrDefault(column.name(), List.of())
                    .forEach(other -> put(positions, other, position));
        }
        return Map.copyOf(positions);
    }

    private static void put(Map<String, Integer> positions, String snake, int position) {
        positions.put(snake, position);
        positions.put(Shape.field(snake), position);
    }
}
