package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.memory.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a tool says, twice: as text, whose first line is AgentDB's, and as fields for programs. Neither grows beyond
 * {@value #MOST} characters: what is longer, clients cut off themselves, without a word and in the middle. One thread.
 */
public final class Answer {

    public static final int MOST = 20_000;

    /** For the fields that say what was left out, and why. */
    private static final int RESERVED = 1_000;

    /**
     * One of several.
     *
     * @param id by which the rest of it can be had
     */
    record Item(String id, String text, Map<String, ?> fields) {
    }

    private final StringBuilder text;
    private final Map<String, Object> fields = new LinkedHashMap<>();

    private Answer(String firstLine) {
        this.text = new StringBuilder(firstLine);
    }

    static Answer of(String firstLine) {
        return new Answer(firstLine);
    }

    Answer line(String line) {
        text.append('\n').append(line);
        return this;
    }

    /** @param value of bounded length; null for nothing */
    Answer with(String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
        return this;
    }

    /**
     * As many of them as there is room for, and the ids of the others. Comes last: it takes what room there is.
     *
     * @param rest how to get what was left out
     */
    Answer list(String name, List<Item> entries, String rest) {
        List<Map<String, ?>> shown = new ArrayList<>();
        int written = JsonText.MAPPER.writeValueAsString(fields).length();
        int ids = entries.stream().mapToInt(entry -> entry.id().length() + 4).sum();
        for (Item entry : entries) {
            String lines = "\n\n" + entry.text();
            int length = JsonText.MAPPER.writeValueAsString(entry.fields()).length() + 1;
            if (Math.max(written + length, text.length() + lines.length()) + ids + RESERVED > MOST) {
                break;
            }
            text.append(lines);
            written += length;
            ids -= entry.id().length() + 4;
            shown.add(entry.fields());
        }
        fields.put(name, shown);
        if (shown.size() < entries.size()) {
            List<String> left = entries.subList(shown.size(), entries.size()).stream().map(Item::id).toList();
            truncated(left.size() + " more are left out, to keep this answer short: " + rest + ".");
            fields.put("leftOut", left);
            line("Left out: " + String.join(", ", left));
        }
        return this;
    }

    /** @param how to get what was left out */
    Answer truncated(String how) {
        fields.put("truncated", true);
        fields.put("goOn", how);
        return line("").line("… " + how);
    }

    /** The fields in place of the text, for who asked for JSON. */
    Answer asJson() {
        text.setLength(0);
        text.append(JsonText.MAPPER.writeValueAsString(fields));
        return this;
    }

    public String text() {
        return text.toString();
    }

    public Map<String, Object> fields() {
        return fields;
    }
}
