package io.agentdb.sync.cli.client;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one JSON text. For one use by one thread. */
final class JsonReader {

    /** No node nests deeper; without a limit a hostile text would overflow the stack. */
    private static final int DEEPEST = 500;

    private final String text;
    private int at;
    private int depth;

    JsonReader(String text) {
        this.text = text;
    }

    @Nullable Object whole() {
        Object value = value();
        if (next() != 0) {
            throw wrong();
        }
        return value;
    }

    private @Nullable Object value() {
        char c = next();
        if (c == '{') {
            return object();
        }
        if (c == '[') {
            return list();
        }
        if (c == '"') {
            return string();
        }
        int from = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(from, at);
        return switch (word) {
            case "null" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> number(word);
        };
    }

    private BigDecimal number(String word) {
        try {
            return new BigDecimal(word);
        } catch (NumberFormatException e) {
            throw wrong();
        }
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        down();
        while (next() != '}') {
            String name = string();
            expect(':');
            object.put(name, value());
            if (next() == ',') {
                at++;
            } else if (next() != '}') {
                throw wrong();
            }
        }
        up();
        return object;
    }

    private List<@Nullable Object> list() {
        List<@Nullable Object> list = new ArrayList<>();
        down();
        while (next() != ']') {
            list.add(value());
            if (next() == ',') {
                at++;
            } else if (next() != ']') {
                throw wrong();
            }
        }
        up();
        return list;
    }

    private String string() {
        expect('"');
        StringBuilder string = new StringBuilder();
        while (true) {
            char c = one();
            if (c == '"') {
                return string.toString();
            }
            string.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = one();
        int plain = "bfnrt".indexOf(c);
        if (plain >= 0) {
            return "\b\f\n\r\t".charAt(plain);
        }
        if (c != 'u') {
            return c;
        }
        if (at + 4 > text.length()) {
            throw wrong();
        }
        at += 4;
        try {
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        } catch (NumberFormatException e) {
            throw wrong();
        }
    }

    private void down() {
        at++;
        if (++depth > DEEPEST) {
            throw new IllegalArgumentException("JSON that is nested more than " + DEEPEST + " deep");
        }
    }

    private void up() {
        at++;
        depth--;
    }

    private void expect(char wanted) {
        if (next() != wanted) {
            throw wrong();
        }
        at++;
    }

    private char one() {
        if (at >= text.length()) {
            throw wrong();
        }
        return text.charAt(at++);
    }

    /** The next character that is not blank, which stays; 0 at the end. */
    private char next() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("no JSON from character " + (at + 1) + " on");
    }
}
