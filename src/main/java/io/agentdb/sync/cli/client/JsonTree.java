package io.agentdb.sync.cli.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value: what is not there is null too, and can be asked on. Numbers stay as they were written. Small, since a
 * library would take longer to load than a node takes to answer.
 *
 * @param value a Map, List, String, Number, Boolean or null
 */
public record JsonTree(@Nullable Object value) {

    public JsonTree(@Nullable Object value) {
        this.value = value instanceof JsonTree tree ? tree.value : value;
    }

    /** @throws IllegalArgumentException if that is no JSON */
    public static JsonTree parse(String text) {
        return new JsonTree(new JsonReader(text).whole());
    }

    /** @param members names and values in turn; a value that is null is left out */
    public static JsonTree object(@Nullable Object... members) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            Object value = members[i + 1];
            if (value != null) {
                object.put(String.valueOf(members[i]), value);
            }
        }
        return new JsonTree(object);
    }

    public JsonTree get(String name) {
        return new JsonTree(value instanceof Map<?, ?> object ? object.get(name) : null);
    }

    /** By the names of members, with dots: {@code sync.auto}. */
    public JsonTree at(String path) {
        JsonTree found = this;
        for (String name : path.split("\\.")) {
            found = found.get(name);
        }
        return found;
    }

    public boolean isNull() {
        return value == null;
    }

    public boolean isObject() {
        return value instanceof Map;
    }

    public boolean isList() {
        return value instanceof List;
    }

    public boolean is(String text) {
        return text.equals(value);
    }

    /** Whether it is true; false if it is no boolean. */
    public boolean yes() {
        return Boolean.TRUE.equals(value);
    }

    /** A string as it is, anything else as JSON; nothing of null. */
    public String text() {
        return value == null ? "" : value instanceof String text ? text : toString();
    }

    /** 0 if it is no number. */
    public long number() {
        return value instanceof Number number ? number.longValue() : 0;
    }

    /** 0 if it is no number. */
    public double decimal() {
        return value instanceof Number number ? number.doubleValue() : 0;
    }

    /** Empty if it is no list. */
    public List<JsonTree> list() {
        List<JsonTree> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> items.add(new JsonTree(item)));
        }
        return items;
    }

    /** In their order; empty if it is no object. */
    public Map<String, JsonTree> members() {
        Map<String, JsonTree> members = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> object) {
            object.forEach((name, member) -> members.put(String.valueOf(name), new JsonTree(member)));
        }
        return members;
    }

    /** As JSON in one line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        write(text, value);
        return text.toString();
    }

    private static void write(StringBuilder text, @Nullable Object value) {
        if (value instanceof JsonTree tree) {
            write(text, tree.value);
        } else if (value instanceof Map<?, ?> object) {
            String before = "{";
            for (Map.Entry<?, ?> member : object.entrySet()) {
                text.append(before);
                quote(text, String.valueOf(member.getKey()));
                write(text.append(':'), member.getValue());
                before = ",";
            }
            text.append(object.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> list) {
            String before = "[";
            for (Object item : list) {
                write(text.append(before), item);
                before = ",";
            }
            text.append(before.equals("[") ? "[]" : "]");
        } else if (value == null || value instanceof Boolean || value instanceof Number) {
            text.append(value);
        } else {
            quote(text, value.toString());
        }
    }

    private static void quote(StringBuilder text, String value) {
        text.append('"');
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f || c >= 0x2028 && c <= 0x202e) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
