package io.agentdb.sync.revision;

import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.JsonLimits;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A metadata object as its keys, each with its value and the time of its last write; a key without a value was removed
 * then.
 *
 * @param present whether there is an object; a null has no keys but may have had
 */
public record MetadataKeys(SortedMap<String, KeyWrite> keys, boolean present) {

    record KeyWrite(long time, @Nullable JsonNode value) {
        KeyWrite orLater(KeyWrite other) {
            if (time != other.time) {
                return time > other.time ? this : other;
            }
            // A removal is not the JSON null, whose text is the same: of two equal ones it would depend on who asks.
            return value == null || other.value != null && value.toString().compareTo(other.value.toString()) < 0
                    ? other : this;
        }
    }

    /**
     * An object that is nested more deeply goes as a whole: to walk it could exhaust the stack, and hold up every sync.
     */
    private static final int DEPTH = 500;
    /** Numbers as they are written: read as doubles, long ones would change by being merged. */
    private static final JsonMapper JSON = JsonMapper.builder(JsonLimits.stored(DEPTH))
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS).build();

    /** Null if the JSON has no keys to go by: it is some other value than an object or null, or nested too deeply. */
    static @Nullable MetadataKeys of(@Nullable String json, FieldTimes times, String field) {
        JsonNode object = json == null ? null : read(json);
        if (json != null && (object == null || !object.isObject())) {
            return null;
        }
        TreeMap<String, KeyWrite> keys = new TreeMap<>();
        times.keys(field).forEach((key, time) -> keys.put(key, new KeyWrite(time, null)));
        if (object != null) {
            object.properties().forEach(entry ->
                    keys.put(entry.getKey(), new KeyWrite(times.ofKey(field, entry.getKey()), entry.getValue())));
        }
        return new MetadataKeys(keys, object != null);
    }

    /** Whether it has keys. */
    public static boolean object(Json json) {
        JsonNode node = read(json.text());
        return node != null && node.isObject();
    }

    /** Null if it is nested too deeply. */
    private static @Nullable JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (StreamConstraintsException tooDeep) {
            return null;
        }
    }

    /** The keys of an object with their values. */
    public static Map<String, JsonNode> values(Json object) {
        Map<String, JsonNode> values = new TreeMap<>();
        JSON.readTree(object.text()).properties().forEach(entry -> values.put(entry.getKey(), entry.getValue()));
        return values;
    }

    MetadataKeys join(MetadataKeys other) {
        TreeMap<String, KeyWrite> joined = new TreeMap<>(keys);
        other.keys.forEach((key, written) -> joined.merge(key, written, KeyWrite::orLater));
        return new MetadataKeys(joined, present || other.present);
    }

    /** Notes every key's time, so that a later merge knows it whatever the version's own time is. */
    MetadataKeys noted(String field, Map<String, Long> times) {
        keys.forEach((key, written) -> times.put(field + "/" + key, written.time()));
        return this;
    }

    /** As JSON; in the words of one of these, if it says the same. */
    @Nullable String as(@Nullable String... known) {
        String json = json();
        for (String same : known) {
            if (json != null && same != null && JSON.readTree(json).equals(read(same))) {
                return same;
            }
        }
        return json;
    }

    private @Nullable String json() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        keys.forEach((key, written) -> {
            if (written.value() != null) {
                object.set(key, written.value());
            }
        });
        return present || !object.isEmpty() ? JSON.writeValueAsString(object) : null;
    }
}
