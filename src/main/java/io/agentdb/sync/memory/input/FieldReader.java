package io.agentdb.sync.memory.input;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.MalformedJson;
import io.agentdb.sync.memory.SafeText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One field's JSON as its column's Java value ({@link Column.Type}). Pure; every refusal names the field, the rule and
 * the value.
 */
public final class FieldReader {

    private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

    private FieldReader() {
    }

    /** @param node not JSON null */
    public static Object read(Column column, String field, JsonNode node) {
        return switch (column.type()) {
            case TEXT -> FieldLimits.SHORT.contains(column.name())
                    ? FieldLimits.name(field, string(field, node)) : FieldLimits.text(field, string(field, node));
            case LONG -> whole(field, node);
            case DOUBLE -> number(field, node);
            case BOOLEAN -> bool(field, node);
            case TIMESTAMP -> Timestamps.of(field, node);
            case JSON -> json(field, node);
            case TEXT_ARRAY -> texts(field, node);
            case UUID -> FieldLimits.uuid(field, string(field, node));
        };
    }

    private static String string(String field, JsonNode node) {
        if (!node.isString()) {
            throw new InvalidInput(field, "must be a string, but is " + SafeText.value(node));
        }
        return node.stringValue();
    }

    private static Boolean bool(String field, JsonNode node) {
        if (node.isIntegralNumber() && (node.decimalValue().signum() == 0
                || node.decimalValue().equals(BigDecimal.ONE))) {
            // As SQLite has them, and AgentDB's export.
            return node.decimalValue().signum() != 0;
        }
        if (!node.isBoolean()) {
            throw new InvalidInput(field, "must be true or false, but is " + SafeText.value(node));
        }
        return node.booleanValue();
    }

    private static Long whole(String field, JsonNode node) {
        if (!node.isNumber()) {
            throw new InvalidInput(field, "must be a whole number, but is " + SafeText.value(node));
        }
        finite(field, node);
        BigDecimal number = node.decimalValue();
        // By its digits first: asking 1e999999999 for its long would write them all out.
        boolean large = number.signum() != 0 && number.precision() - (long) number.scale() > 19;
        if (number.signum() < 0 || large || number.compareTo(MAX_LONG) > 0) {
            throw new InvalidInput(field, "must be from 0 to " + MAX_LONG + ", but is " + SafeText.value(node));
        }
        if (number.signum() != 0 && number.stripTrailingZeros().scale() > 0) {
            throw new InvalidInput(field, "must be a whole number, but is " + SafeText.value(node));
        }
        return number.longValue();
    }

    private static Double number(String field, JsonNode node) {
        if (!node.isNumber()) {
            throw new InvalidInput(field, "must be a number, but is " + SafeText.value(node));
        }
        finite(field, node);
        // Plus zero: -0.0 would differ from the 0 that the database finds equal.
        return node.doubleValue() + 0.0;
    }

    private static void finite(String field, JsonNode node) {
        boolean floating = node.isDouble() || node.isFloat();
        double value = floating ? node.doubleValue() : node.decimalValue().doubleValue();
        if (!Double.isFinite(value)) {
            throw new InvalidInput(field, "must be a finite number that a double can hold, but is "
                    + SafeText.value(node));
        }
    }

    /** The JSON itself, or a string with its text, as AgentDB's tables have it. */
    private static String json(String field, JsonNode node) {
        if (!node.isString() && !node.isContainer()) {
            throw new InvalidInput(field, "must be an object or an array, or JSON text in a string, but is "
                    + SafeText.value(node));
        }
        JsonNode value = node.isString() ? embedded(field, node.stringValue()) : node;
        FieldLimits.json(field, value);
        return value.toString();
    }

    private static List<String> texts(String field, JsonNode node) {
        JsonNode array = node.isString() ? embedded(field, node.stringValue()) : node;
        if (!array.isArray()) {
            throw new InvalidInput(field, "must be an array of strings, or one as JSON text in a string, but is "
                    + SafeText.value(node));
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array) {
            texts.add(FieldLimits.text(field, string(field + "[" + texts.size() + "]", element)));
        }
        return List.copyOf(texts);
    }

    private static JsonNode embedded(String field, String text) {
        try {
            return JsonText.parse(text);
        } catch (MalformedJson e) {
            throw new InvalidInput(field, "has malformed JSON in its string: " + e.reason() + " (in "
                    + SafeText.quoted(text) + ")");
        }
    }
}
