package io.agentdb.sync.revision;

import io.agentdb.sync.memory.JsonLimits;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * When each field of a record was written, in hybrid time. Of a metadata object each key has a time of its own,
 * {@code metadata/key}; one that is not there any more tells when it was removed. Immutable.
 *
 * @param named times of fields that were updated
 * @param base the time of all others
 */
public record FieldTimes(SortedMap<String, Long> named, long base) {

    private static final JsonMapper JSON = JsonMapper.builder(JsonLimits.stored(History.DEPTH)).build();
    private static final String KEY = "/";

    public FieldTimes {
        named = Collections.unmodifiableSortedMap(new TreeMap<>(named));
    }

    /** The times of a version's fields. */
    public static FieldTimes of(Revision revision) {
        return parse(revision.history().fieldTimes(), revision.version().hlc());
    }

    /** @throws IllegalArgumentException if it is not a JSON object of times, or one lies after the version's own */
    static FieldTimes parse(@Nullable String json, long hlc) {
        if (json == null) {
            return new FieldTimes(new TreeMap<>(), hlc);
        }
        JsonNode times;
        try {
            times = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("field times are not JSON", e);
        }
        if (!times.isObject()) {
            throw new IllegalArgumentException("field times are not a JSON object");
        }
        TreeMap<String, Long> named = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : times.properties()) {
            JsonNode time = entry.getValue();
            if (!time.isIntegralNumber() || !time.canConvertToLong() || time.longValue() < 0
                    || time.longValue() > hlc) {
                throw new IllegalArgumentException("a field's time is not one from 0 to that of its version");
            }
            named.put(entry.getKey(), time.longValue());
        }
        Long base = named.remove("");
        return new FieldTimes(named, base == null ? hlc : base);
    }

    public long of(String field) {
        return named.getOrDefault(field, base);
    }

    public long ofKey(String field, String key) {
        return named.getOrDefault(field + KEY + key, of(field));
    }

    /** Per key of that field the time that was noted for it. */
    public SortedMap<String, Long> keys(String field) {
        TreeMap<String, Long> keys = new TreeMap<>();
        named.tailMap(field + KEY).forEach((name, time) -> {
            if (name.startsWith(field + KEY)) {
                keys.put(name.substring(field.length() + 1), time);
            }
        });
        return keys;
    }

    public String json() {
        Map<String, Long> all = new TreeMap<>(named);
        all.put("", base);
        return JSON.writeValueAsString(all);
    }
}
