package io.agentdb.sync.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** docs/schema.sql: statements, each with the words above it. Immutable. */
record SchemaPage(List<Entry> entries) {

    /**
     * One statement.
     *
     * @param words the comment above it, with the empty lines
     */
    record Entry(String words, String sql) {

        String name() {
            return SchemaPage.name(sql);
        }
    }

    private static final Pattern MADE = Pattern.compile(
            "(?:create )?(extension|domain|sequence|table|function|procedure|revoke)(?: execute on function)? (\\w+)");
    private static final Pattern OF_A_TABLE = Pattern.compile(
            "(?s)create (?:unique )?(trigger|index) \"?([^\\s\"]+)\"? .*?\\bon (\\w+)");

    private static final Pattern OF_A_COLUMN = Pattern.compile("alter table (\\w+) alter column (\\w+) set storage");

    static SchemaPage read(String text) {
        List<Entry> entries = new ArrayList<>();
        StringBuilder words = new StringBuilder();
        StringBuilder sql = new StringBuilder();
        boolean body = false;
        for (String line : text.split("\n")) {
            if (sql.isEmpty() && (line.isBlank() || line.startsWith("--"))) {
                words.append(line).append('\n');
                continue;
            }
            sql.append(sql.isEmpty() ? "" : "\n").append(line);
            body ^= line.split("\\$\\$", -1).length % 2 == 0;
            if (!body && line.endsWith(";")) {
                entries.add(new Entry(words.toString(), sql.toString()));
                words.setLength(0);
                sql.setLength(0);
            }
        }
        return new SchemaPage(List.copyOf(entries));
    }

    /** What a statement makes: {@code table node}, {@code trigger skills.~agentdb_stamp}. */
    static String name(String sql) {
        Matcher part = OF_A_TABLE.matcher(sql.toLowerCase(Locale.ROOT));
        if (part.lookingAt()) {
            return part.group(1) + " " + part.group(3) + "." + part.group(2);
        }
        Matcher column = OF_A_COLUMN.matcher(sql.toLowerCase(Locale.ROOT));
        if (column.lookingAt()) {
            return "storage " + column.group(1) + "." + column.group(2);
        }
        Matcher made = MADE.matcher(sql.toLowerCase(Locale.ROOT));
        if (!made.lookingAt()) {
            throw new IllegalArgumentException("Catalog does not look for what docs/schema.sql makes here: " + sql);
        }
        return made.group(1).replace("procedure", "function") + " " + made.group(2);
    }

    /**
     * With the present statements in place of those that make something else, without what is not there any more, and
     * with what is new behind what it is like. Statements that are right stay as somebody has laid them out, and so do
     * the words above those that stay.
     *
     * @param made what this page makes
     * @param present what it should make
     */
    SchemaPage broughtUpToDate(Map<String, String> made, Map<String, String> present) {
        List<Entry> now = new ArrayList<>();
        for (Entry entry : entries) {
            String wanted = present.get(entry.name());
            if (wanted != null) {
                now.add(wanted.equals(made.get(entry.name())) ? entry : new Entry(entry.words, wanted));
            }
        }
        Set<String> there = entries.stream().map(Entry::name).collect(Collectors.toSet());
        present.forEach((name, sql) -> {
            if (!there.contains(name)) {
                now.add(1 + lastLike(name, now), new Entry("\n", sql));
            }
        });
        return new SchemaPage(now);
    }

    /** The last of its sort about the same table; else the table or function itself, else the last of its sort. */
    private static int lastLike(String name, List<Entry> entries) {
        String[] parts = name.split("[ .]");
        String sort = parts[0] + " ";
        for (String like : List.of(sort + parts[1] + ".", "table " + parts[1], "function " + parts[1], sort)) {
            for (int i = entries.size() - 1; i >= 0; i--) {
                if (entries.get(i).name().startsWith(like)) {
                    return i;
                }
            }
        }
        return entries.size() - 1;
    }

    String text() {
        return entries.stream().map(entry -> entry.words + entry.sql + "\n").collect(Collectors.joining());
    }
}
