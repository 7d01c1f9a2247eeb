package io.agentdb.sync.cli.output;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Results go to stdout, all else to stderr. Not thread-safe. */
public final class Printer {

    /** Of all documents: raised when a name goes away or means something else. */
    private static final int SCHEMA = 1;

    private final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true,
            StandardCharsets.UTF_8);
    private final PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true,
            StandardCharsets.UTF_8);
    private final Format format;
    private final boolean quiet;
    private final boolean colours;

    public Printer(Format format, boolean quiet, boolean plain) {
        this.format = format;
        this.quiet = quiet;
        this.colours = !plain && format == Format.TEXT && isTerminal()
                && System.getenv().getOrDefault("NO_COLOR", "").isEmpty()
                && !System.getenv().getOrDefault("TERM", "dumb").equals("dumb");
    }

    public static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From Java 22 on there is a console without a terminal, too.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    public Format format() {
        return format;
    }

    public boolean forPeople() {
        return format == Format.TEXT;
    }

    public boolean quiet() {
        return quiet;
    }

    /** A word in green or, if not all is well, in yellow; without a terminal as it is. */
    public String mark(String word, boolean well) {
        return colours ? "\033[" + (well ? 32 : 33) + "m" + word + "\033[0m" : word;
    }

    public void line(String text) {
        out.println(text);
    }

    /** About what goes on: to stderr, and nowhere if nobody wants it. */
    public void note(String text) {
        if (!quiet) {
            err.println(text);
        }
    }

    public PrintStream stderr() {
        return err;
    }

    /** One thing: as a document, or as the text says it. In a table its plain members are a row. */
    public void thing(JsonTree thing, Supplier<String> text) {
        switch (format) {
            case TEXT -> {
                String said = text.get();
                if (!said.isEmpty()) {
                    out.println(said);
                }
            }
            case TSV -> {
                Map<String, JsonTree> plain = new LinkedHashMap<>(thing.members());
                plain.values().removeIf(member -> member.isObject() || member.isList());
                out.println(String.join("\t", plain.keySet()));
                out.println(plain.values().stream().map(Printer::cell).collect(Collectors.joining("\t")));
            }
            default -> document(thing);
        }
    }

    /** Many of one kind, which came in a list or in a page with {@code items}. */
    public void items(JsonTree answer, List<TableColumn> columns, String none) {
        List<JsonTree> items = answer.isList() ? answer.list() : answer.get("items").list();
        switch (format) {
            case TEXT -> {
                if (items.isEmpty()) {
                    note(none);
                } else {
                    table(items, columns);
                }
                if (!answer.get("next").isNull()) {
                    note("There are more: --cursor " + Words.safe(answer.get("next").text()));
                }
            }
            case JSON -> document(answer.isList() ? JsonTree.object("items", answer) : answer);
            case NDJSON -> items.forEach(item -> out.println(item));
            case TSV -> {
                out.println(columns.stream().map(TableColumn::path).collect(Collectors.joining("\t")));
                items.forEach(item -> out.println(columns.stream().map(column -> cell(item.at(column.path())))
                        .collect(Collectors.joining("\t"))));
            }
        }
    }

    private void table(List<JsonTree> items, List<TableColumn> columns) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(columns.stream().map(TableColumn::head).toList());
        items.forEach(item -> rows.add(columns.stream().map(column -> column.of(item)).toList()));
        int[] widths = new int[columns.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String cell(JsonTree value) {
        return Words.safe(value.text());
    }

    private void document(JsonTree thing) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("schemaVersion", SCHEMA);
        document.putAll(thing.members());
        out.println(new JsonTree(document));
    }

    /** How something goes on, for programs that read line by line. */
    public void event(JsonTree event) {
        if (format == Format.NDJSON) {
            out.println(event);
        }
    }

    /** For people on stderr; as a document, too, where programs read. */
    public void failure(CommandFailure failure) {
        err.println(Words.lines(String.valueOf(failure.getMessage())));
        if (format == Format.JSON || format == Format.NDJSON) {
            document(problem(failure.exit(), failure.getMessage(), failure.problem()));
        }
    }

    private static JsonTree problem(Exit exit, @Nullable String message, @Nullable JsonTree problem) {
        JsonTree said = problem == null || problem.isNull() ? JsonTree.object("detail", message) : problem;
        return JsonTree.object("exit", exit.status(), "problem", said.value());
    }
}
