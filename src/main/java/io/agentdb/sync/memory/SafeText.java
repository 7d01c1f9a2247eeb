package io.agentdb.sync.memory;

import tools.jackson.databind.JsonNode;

/** Values in messages: short, on one line, and without control characters that could forge a line of a log. */
public final class SafeText {

    private static final int LENGTH = 60;

    private SafeText() {
    }

    public static String value(JsonNode node) {
        if (node.isObject()) {
            return "an object";
        }
        if (node.isArray()) {
            return "an array";
        }
        return node.isString() ? quoted(node.stringValue()) : text(node.toString(), LENGTH);
    }

    public static String quoted(String value) {
        return '"' + text(value, LENGTH) + '"';
    }

    public static String text(String value, int length) {
        StringBuilder out = new StringBuilder();
        value.codePoints().limit(length).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return value.codePointCount(0, value.length()) > length ? out.append('…').toString() : out.toString();
    }
}
