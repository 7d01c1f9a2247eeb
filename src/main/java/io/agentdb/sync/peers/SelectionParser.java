package io.agentdb.sync.peers;

import io.agentdb.sync.memory.input.FieldNames;
import io.agentdb.sync.replica.feed.Selection;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Filters as callers write them. Unknown and wrong-typed ones are refused: a filter that is silently ignored sends too
 * much.
 */
public final class SelectionParser {

    private static final Set<String> KNOWN = new TreeSet<>(
            Set.of("sessionId", "success", "tags", "minReward", "skillName"));

    private SelectionParser() {
    }

    /** @throws IllegalArgumentException naming the filter, what is wrong with it, and the known ones */
    public static Selection parse(@Nullable Instant since, @Nullable Map<String, Object> filters) {
        Map<String, Object> given = named(filters == null ? Map.of() : filters);
        return new Selection(since, typed(given, "sessionId", String.class), typed(given, "success", Boolean.class),
                number(given, "minReward"), tags(given), typed(given, "skillName", String.class));
    }

    /**
     * The same filters in their one spelling: snake_case is accepted, and {@code name}, which lists of skills call it,
     * for {@code skillName}.
     *
     * @throws IllegalArgumentException naming the unknown filter, or the one that is given twice
     */
    public static <T> Map<String, T> named(Map<String, T> filters) {
        Map<String, T> named = new LinkedHashMap<>();
        filters.forEach((spelled, value) -> {
            String name = spelled.equals("name") ? "skillName" : FieldNames.camelCase(spelled);
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("unknown filter '" + spelled + "'; known are "
                        + String.join(", ", KNOWN));
            }
            if (named.containsKey(name)) {
                throw new IllegalArgumentException("filter '" + name + "' is given in two spellings");
            }
            named.put(name, value);
        });
        return named;
    }

    /** A selection as {@link #parse} reads it; its time is no filter. */
    public static Map<String, Object> written(Selection selection) {
        Map<String, Object> filters = new LinkedHashMap<>();
        filters.put("sessionId", selection.sessionId());
        filters.put("success", selection.success());
        filters.put("minReward", selection.minReward());
        filters.put("tags", selection.tags().isEmpty() ? null : selection.tags());
        filters.put("skillName", selection.skillName());
        filters.values().removeIf(Objects::isNull);
        return filters;
    }

    private static @Nullable Double number(Map<String, Object> filters, String name) {
        Number number = typed(filters, name, Number.class);
        if (number != null && !Double.isFinite(number.doubleValue())) {
            throw new IllegalArgumentException("filter '" + name + "' must be a finite number");
        }
        return number == null ? null : number.doubleValue();
    }

    private static List<String> tags(Map<String, Object> filters) {
        Object value = filters.get("tags");
        if (value instanceof String one) {
            return List.of(one);
        }
        List<?> list = typed(filters, "tags", List.class);
        if (list == null) {
            return List.of();
        }
        if (!list.stream().allMatch(String.class::isInstance)) {
            throw new IllegalArgumentException("filter 'tags' must be a list of strings");
        }
        return list.stream().map(String.class::cast).toList();
    }

    private static <T> @Nullable T typed(Map<String, Object> filters, String name, Class<T> type) {
        Object value = filters.get(name);
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException("filter '" + name + "' must be a "
                    + type.getSimpleName().toLowerCase(Locale.ROOT) + ", not "
                            + value.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        }
        return type.cast(value);
    }
}
