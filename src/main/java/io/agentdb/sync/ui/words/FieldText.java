package io.agentdb.sync.ui.words;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.MalformedJson;
import io.agentdb.sync.memory.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A field's value as somebody reads and writes it in a form. Pure. */
public final class FieldText {

    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private FieldText() {
    }

    /** One tag a line, JSON with its lines; empty for a value that is not there. */
    public static String of(Column column, @Nullable Object value) {
        if (value == null) {
            return "";
        }
        return switch (column.type()) {
            case TEXT_ARRAY -> String.join("\n", ((List<?>) value).stream().map(String::valueOf).toList());
            case JSON -> pretty((String) value);
            default -> value.toString();
        };
    }

    /**
     * The value that {@link #of} would show so, as the API takes it; null for none. What does not fit the column comes
     * out as it is: whoever reads the record says what is wrong with it.
     */
    public static @Nullable JsonNode read(Column column, String text) {
        if (text.isBlank() && !(column.required() && column.type() == Column.Type.TEXT)) {
            return null;
        }
        String stripped = text.strip();
        return switch (column.type()) {
            case TEXT -> NODES.stringNode(text);
            case UUID, TIMESTAMP -> NODES.stringNode(stripped);
            case LONG, DOUBLE -> number(stripped);
            case BOOLEAN -> stripped.equals("true") || stripped.equals("false")
                    ? NODES.booleanNode(stripped.equals("true")) : NODES.stringNode(stripped);
            case JSON -> json(column, stripped);
            case TEXT_ARRAY -> {
                ArrayNode tags = NODES.arrayNode();
                text.lines().map(String::strip).filter(tag -> !tag.isEmpty()).forEach(tags::add);
                yield tags;
            }
        };
    }

    private static JsonNode number(String text) {
        return text.matches("-?\\d{1,18}") ? NODES.numberNode(Long.parseLong(text))
                : text.matches("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d{1,3})?")
                        ? NODES.numberNode(Double.parseDouble(text)) : NODES.stringNode(text);
    }

    private static JsonNode json(Column column, String text) {
        try {
            return JsonText.parse(text);
        } catch (MalformedJson e) {
            throw new InvalidInput(Shape.field(column), "is not JSON: " + e.reason());
        }
    }

    /** With every digit: a form sends back what it has shown. */
    private static String pretty(String json) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(JsonText.trusted(json));
        } catch (JacksonException e) {
            return json;
        }
    }
}
