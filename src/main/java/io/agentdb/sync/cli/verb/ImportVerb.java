package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.output.Printer;
import io.agentdb.sync.cli.output.Words;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Many records, in. */
@Command(name = "import", description = "Lines of JSON, AgentDB's export, or one of its files. Of one in use, a copy:"
        + " sqlite3 FILE \"vacuum into 'COPY'\". Ends with 8 if not all rows were good.")
public final class ImportVerb extends Verb implements Callable<Integer> {

    private static final int SHOWN = 10;
    private static final long LINE_NANOS = 10_000_000_000L;

    @Parameters(paramLabel = "FILE", description = "- for stdin. What it is, its first bytes say; also in gzip.")
    String file = "";
    @Option(names = "--wal-absent", description = "Nothing is missing of a file in WAL mode that comes alone.")
    boolean complete;
    @Option(names = "--direct", description = "Lines of JSON go in while they are sent: without progress, and without"
            + " room for them on the node's disk.")
    boolean direct;

    private long said = System.nanoTime();

    @Override
    public Integer call() {
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            // A pipe has no size to speak of.
            long length = !file.equals("-") && Files.isRegularFile(Path.of(file)) ? Files.size(Path.of(file)) : -1;
            Map<String, @Nullable Object> how = new LinkedHashMap<>();
            how.put("wal", complete ? "absent" : null);
            how.put("wait", direct ? null : "false");
            JsonTree begun = node().send("POST", "/import" + query(how), "application/octet-stream", in, length);
            JsonTree report = direct ? begun : followed(begun.get("id").text());
            out().thing(report, () -> screen(report));
            return (report.get("errorCount").number() == 0 ? Exit.DONE : Exit.NOT_ALL_WELL).status();
        } catch (IOException e) {
            throw new CommandFailure(Exit.USAGE, "the file '" + file + "' cannot be read");
        }
    }

    /** Looks until it has ended. */
    private JsonTree followed(String id) {
        String goesOn = "The import goes on in the node: " + node().url() + "/ui/memory/imports/" + id;
        Thread hook = new Thread(() -> out().stderr().println("\n" + goesOn));
        Runtime.getRuntime().addShutdownHook(hook);
        JsonTree[] now = new JsonTree[1];
        try {
            await(() -> {
                now[0] = node().get("/imports/" + id);
                boolean running = now[0].get("state").is("RUNNING");
                tell(now[0], running);
                return !running;
            }, () -> "Not done within the --timeout. " + goesOn);
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is being ended, and the hook has said so.
            }
        }
        JsonTree failure = now[0].get("failure");
        if (!failure.isNull()) {
            Exit exit = now[0].get("refused").yes() ? Exit.USAGE : now[0].get("state").is("CANCELLED") ? Exit.CHANGED
                    : Exit.FAILED;
            throw new CommandFailure(exit, Words.safe(failure.text()), JsonTree.object("detail", failure.text(),
                    "import", now[0].value()));
        }
        return now[0].get("report");
    }

    /** A line that is written over on a terminal, and one every ten seconds elsewhere. */
    private void tell(JsonTree now, boolean running) {
        out().event(JsonTree.object("import", now.get("id").text(), "phase", now.get("phase").text(), "current",
                now.get("current").value(), "total", now.get("total").value(), "rows", now.get("rows").value()));
        long total = now.get("total").number();
        String line = now.get("phase").text().toLowerCase(Locale.ROOT) + " " + Words.number(now.get("rows").number())
                + " rows" + (total > 0 ? ", " + 100 * now.get("current").number() / total + " %" : "");
        if (!out().quiet() && out().forPeople() && Printer.isTerminal()) {
            out().stderr().print("\r\033[K" + (running ? line : ""));
        } else if (running && System.nanoTime() - said > LINE_NANOS) {
            said = System.nanoTime();
            out().note(line);
        }
    }

    private static String screen(JsonTree report) {
        String kinds = report.get("kinds").members().entrySet().stream().map(kind -> kind.getKey() + ": "
                + kind.getValue().members().entrySet().stream().filter(count -> count.getValue().number() > 0)
                        .map(count -> Words.number(count.getValue().number()) + " " + count.getKey())
                        .collect(Collectors.joining(", "))).filter(line -> !line.endsWith(": "))
                .collect(Collectors.joining("\n"));
        String errors = report.get("errors").list().stream().limit(SHOWN).map(error -> "\n  "
                + (error.get("line").isNull() ? error.get("table").text() + " " + error.get("rowid").text()
                        : "line " + error.get("line").text()) + ": " + Words.safe(error.get("error").text()))
                .collect(Collectors.joining());
        String notes = report.get("notes").list().stream().map(note -> "\n" + Words.safe(note.text()))
                .collect(Collectors.joining());
        String tables = report.get("tablesSkipped").members().entrySet().stream().map(table -> "\n"
                + Words.safe(table.getKey()) + ": " + Words.count(table.getValue().number(), "row")
                + " of a table that is not carried over").collect(Collectors.joining());
        return (kinds.isEmpty() ? "Nothing was in it." : kinds) + (report.get("errorCount").number() == 0 ? ""
                : "\n" + Words.count(report.get("errorCount").number(), "error") + errors) + notes + tables;
    }
}
