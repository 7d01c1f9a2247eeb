package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records in lists: whole where they are short. Pure. */
final class Preview {

    /** Characters of a field. */
    static final int LENGTH = 500;

    private Preview() {
    }

    /** The record's fields; {@code cut} names those that go on. */
    static <T extends MemoryRecord> Map<String, Object> fields(Shape<T> shape, T item) {
        Content content = shape.content(item);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", shape.kind().name());
        fields.put("id", item.id().toString());
        List<String> cut = new ArrayList<>();
        Kind kind = shape.kind();
        for (int i = 0; i < kind.columns().size(); i++) {
            Object value = content.get(i);
            if (value != null) {
                String name = Shape.field(kind.columns().get(i));
                Object shown = shown(kind.columns().get(i).type(), value);
                fields.put(name, shown);
                if (length(value) > LENGTH) {
                    cut.add(name);
                }
            }
        }
        if (!cut.isEmpty()) {
            fields.put("cut", cut);
        }
        return fields;
    }

    /** Of any record. */
    static Map<String, Object> any(MemoryRecord item) {
        return Shape.EPISODES.type().isInstance(item) ? fields(Shape.EPISODES, Shape.EPISODES.type().cast(item))
                : Shape.SKILLS.type().isInstance(item) ? fields(Shape.SKILLS, Shape.SKILLS.type().cast(item))
                : fields(Shape.EDGES, Shape.EDGES.type().cast(item));
    }

    /** The beginning of a text, on one line. */
    static String line(@Nullable String text, int length) {
        return text == null ? "" : cut(text.strip().replaceAll("\\s+", " "), length);
    }

    /** Never through the middle of a character. */
    static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        return text.substring(0, end) + "…";
    }

    private static Object shown(Column.Type type, Object value) {
        return switch (type) {
            case TEXT -> cut((String) value, LENGTH);
            case JSON -> length(value) > LENGTH ? cut((String) value, LENGTH) : new Json((String) value);
            case TEXT_ARRAY -> first((List<?>) value);
            case TIMESTAMP, UUID -> value.toString();
            case LONG, DOUBLE, BOOLEAN -> value;
        };
    }

    private static List<String> first(List<?> texts) {
        List<String> first = new ArrayList<>();
        int left = LENGTH;
        for (Object text : texts) {
            left -= ((String) text).length() + 1;
            if (left < 0) {
                break;
            }
            first.add((String) text);
        }
        return first;
    }

    private static int length(Object value) {
        return value instanceof String text ? text.length() : value instanceof List<?> texts
                ? texts.stream().mapToInt(text -> ((String) text).length() + 1).sum() : 0;
    }
}
