package io.agentdb.sync.memory;

import java.math.BigDecimal;
import java.util.Comparator;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * A JSON value as text. Two are equal when {@code jsonb} finds them equal: keys in any order, 1 the same as 1.0;
 * otherwise a write that changes nothing would count as a change.
 */
@JsonSerialize(using = Json.Writer.class)
public record Json(String text) {

    private static final Comparator<JsonNode> BY_VALUE = (a, b) -> {
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue());
        }
        return a.equals(b) ? 0 : 1;
    };

    @Override
    public boolean equals(Object other) {
        return other instanceof Json json && (text.equals(json.text)
                || JsonText.trusted(text).equals(BY_VALUE, JsonText.trusted(json.text)));
    }

    @Override
    public int hashCode() {
        return hash(JsonText.trusted(text));
    }

    private static int hash(JsonNode node) {
        if (node.isNumber()) {
            BigDecimal number = node.decimalValue();
            return number.stripTrailingZeros().hashCode();
        }
        if (node.isContainer()) {
            int sum = node.size();
            for (JsonNode child : node) {
                sum += hash(child);
            }
            return sum;
        }
        return node.hashCode();
    }

    /**
     * Objects and arrays as they are, anything else as its text in a string: a string is read as JSON text, so that an
     * import gets back what an export has written, whatever an SQL client has stored.
     */
    static final class Writer extends ValueSerializer<Json> {
        @Override
        public void serialize(Json json, JsonGenerator out, SerializationContext context) {
            char first = json.text.charAt(0);
            if (first == '{' || first == '[') {
                out.writeRawValue(json.text);
            } else {
                out.writeString(json.text);
            }
        }
    }
}
