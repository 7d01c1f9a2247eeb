package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.output.Words;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Many records, in. */
@Command(name = "import", description = "Lines of JSON, AgentDB's export, or one of its files. Of one in use, a copy:"
        + " sqlite3 FILE \"vacuum into 'COPY'\". Ends with 8 if not all rows were good.")
public final class ImportVerb extends Verb implements Callable<Integer> {

    private static final int SHOWN = 10;

    @Parameters(paramLabel = "FILE", description = "- for stdin. What it is, its first bytes say; also in gzip.")
    String file = "";
    @Option(names = "--wal-absent", description = "Nothing is missing of a file in WAL mode that comes alone.")
    boolean complete;

    @Override
    public Integer call() {
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            JsonTree report = node().send("POST", "/import" + (complete ? "?wal=absent" : ""),
                    "application/octet-stream", in);
            out().thing(report, () -> screen(report));
            return (report.get("errorCount").number() == 0 ? Exit.DONE : Exit.NOT_ALL_WELL).status();
        } catch (IOException e) {
            throw new CommandFailure(Exit.USAGE, "the file '" + file + "' cannot be read");
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
        return (kinds.isEmpty() ? "Nothing was in it." : kinds) + (report.get("errorCount").number() == 0 ? ""
                : "\n" + Words.count(report.get("errorCount").number(), "error") + errors) + notes;
    }
}
