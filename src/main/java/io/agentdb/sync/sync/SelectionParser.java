package io.agentdb.sync.sync;

import io.agentdb.sync.replica.Selection;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Filters as callers write them. Unknown and wrong-typed ones are refused: a filter that is silently ignored sends too much. */
public final class SelectionParser {

    private static final Set<String> KNOWN = new TreeSet<>(Set.of("sessionId", "success", "tags", "minReward", "skillName"));

    private SelectionParser() {
    }

    /** @throws IllegalArgumentException naming the filter, what is wrong with it, and the known ones */
    public static Selection parse(Instant since, Map<String, Object> filters) {
        Map<String, Object> given = filters == null ? Map.of() : filters;
        for (String name : given.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("unknown filter '" + name + "'; known are " + String.join(", ", KNOWN));
            }
        }
        return new Selection(since, typed(given, "sessionId", String.class), typed(given, "success", Boolean.class),
                number(given, "minReward"), tags(given), typed(given, "skillName", String.class));
    }

    private static Double number(Map<String, Object> filters, String name) {
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

    private static <T> T typed(Map<String, Object> filters, String name, Class<T> type) {
        Object value = filters.get(name);
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException("filter '" + name + "' must be a " + type.getSimpleName().toLowerCase(Locale.ROOT)
                    + ", not " + value.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        }
        return type.cast(value);
    }
}
