package io.agentdb.sync.memory.input;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.store.Columns;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The migrations' checks, said so that the caller understands them. The database has the last word; a test compares the
 * two.
 */
public final class FieldLimits {

    /** Characters in a name: the migration's {@code short_text}. */
    static final int MAX_NAME = 512;
    /** Bytes in a record: the migrations' {@code _size} checks. */
    public static final int MAX_RECORD = 4 << 20;
    /** Columns of the domain {@code short_text}. */
    static final Set<String> SHORT = Set.of("session_id", "name", "from_type", "relationship", "to_type");

    /**
     * Digits of a number in JSON before and behind its point: {@code jsonb} writes them all out, 1e100000 with 100 kB.
     */
    private static final int MAX_WHOLE = 400;
    private static final int MAX_FRACTION = 800;
    private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private FieldLimits() {
    }

    /** @throws InvalidInput if Postgres or UTF-8 could not hold the text */
    public static String text(String field, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == 0) {
                throw new InvalidInput(field, "has the NUL character at position " + i + ", which text cannot hold");
            }
            if (Character.isHighSurrogate(c) && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new InvalidInput(field, "has half of a surrogate pair (" + SafeText.quoted("" + c)
                        + ") at position " + i + ", which is not a character");
            }
        }
        return value;
    }

    static String name(String field, String value) {
        text(field, value);
        int length = value.codePointCount(0, value.length());
        if (length < 1 || length > MAX_NAME) {
            throw new InvalidInput(field, length == 0 ? "must not be empty" : "must have at most " + MAX_NAME
                    + " characters, but has " + length + ": " + SafeText.quoted(value));
        }
        return value;
    }

    /** Strict: {@link UUID#fromString} would take "1-1-1-1-1" and lengthen it. */
    static boolean isUuid(String value) {
        return value.length() == 36 && UUID_TEXT.matcher(value).matches();
    }

    public static UUID uuid(String field, String value) {
        if (!isUuid(value)) {
            throw new InvalidInput(field, "must be a UUID, but is " + SafeText.quoted(value));
        }
        return UUID.fromString(value);
    }

    /**
     * Everything inside a JSON value that {@code jsonb} would refuse, or that could not be exported and imported again.
     */
    static void json(String field, JsonNode node) {
        json(field, node, 1);
    }

    private static void json(String field, JsonNode node, int level) {
        if (node.isContainer() && level > JsonText.MAX_DEPTH) {
            throw new InvalidInput(field, "is nested more than " + JsonText.MAX_DEPTH + " levels deep");
        }
        if (node.isString()) {
            text(field, node.stringValue());
        } else if (node.isNumber()) {
            BigDecimal number = node.decimalValue();
            if ((long) number.precision() - number.scale() > MAX_WHOLE || number.scale() > MAX_FRACTION) {
                throw new InvalidInput(field, "has a number with more than " + MAX_WHOLE
                        + " digits before its point, or " + MAX_FRACTION + " behind it: " + SafeText.value(node));
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                text(field, entry.getKey());
                json(field, entry.getValue(), level + 1);
            }
        } else {
            for (JsonNode child : node) {
                json(field, child, level + 1);
            }
        }
    }

    /** Approximately: the database counts {@code jsonb} as it prints it, which is never shorter. */
    static void size(Kind kind, Content content) {
        long bytes = 0;
        for (int i = 0; i < kind.columns().size(); i++) {
            Object value = content.get(i);
            if (value instanceof String text && !SHORT.contains(kind.columns().get(i).name())) {
                bytes += utf8Length(text);
            } else if (value instanceof List<?> tags) {
                for (Object tag : tags) {
                    bytes += utf8Length((String) tag);
                }
            }
        }
        if (bytes > MAX_RECORD) {
            throw tooLarge(bytes);
        }
    }

    public static InvalidInput tooLarge(long bytes) {
        return new InvalidInput("", "the record must have at most 4 MiB (" + MAX_RECORD + " bytes)"
                + (bytes > 0 ? ", but has " + bytes : ""));
    }

    private static long utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
