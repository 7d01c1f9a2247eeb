package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.client.NodeClient;
import io.agentdb.sync.cli.output.Format;
import io.agentdb.sync.cli.output.TableColumn;
import io.agentdb.sync.cli.output.Words;
import io.agentdb.sync.cli.shell.Moments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The log, for who cannot look into it. */
@Command(name = "logs", description = "The last events of the process that answers, newest last.")
public final class LogsVerb extends Verb implements Callable<Integer> {

    private static final List<TableColumn> COLUMNS = List.of(TableColumn.of("TIME", "time"),
            TableColumn.of("LEVEL", "level"), TableColumn.of("MESSAGE", "message"), TableColumn.of("WHY", "failure"));

    @Option(names = "--level", paramLabel = "info|warn|error", description = "At least so grave.")
    @Nullable String level;
    @Option(names = "--peer", paramLabel = "NAME", description = "Those that name it.")
    @Nullable String peer;
    @Option(names = "--grep", paramLabel = "TEXT", description = "Those that have it, in upper or lower case.")
    @Nullable String words;
    @Option(names = "--since", paramLabel = "TIME", converter = Moments.class,
            description = "Those after it: 2026-11-30T12:00Z, or 5m ago.")
    @Nullable String since;
    @Option(names = "-n", paramLabel = "N", defaultValue = "100", description = "The last so many.")
    int limit;
    @Option(names = "--follow", description = "Go on until --timeout, or for ever.")
    boolean follow;

    private long last;
    private String process = "";

    @Override
    public Integer call() {
        if (!follow) {
            out().items(look(), COLUMNS, "Nothing was logged.");
            return done();
        }
        await(() -> {
            tell();
            return false;
        }, () -> "The --timeout has passed, and the log goes on.");
        return done();
    }

    private JsonTree look() {
        Map<String, @Nullable Object> asked = new LinkedHashMap<>();
        asked.put("level", level);
        asked.put("peer", peer);
        asked.put("q", words);
        asked.put("since", since);
        asked.put("limit", limit);
        return node().get("/log" + NodeClient.query(asked));
    }

    private void tell() {
        JsonTree found = look();
        if (!found.get("process").is(process)) {
            // Another process, or a new one, which counts anew.
            process = found.get("process").text();
            last = 0;
        }
        for (JsonTree line : found.get("items").list()) {
            if (line.get("number").number() > last) {
                last = line.get("number").number();
                out().line(out().format() == Format.TEXT ? Words.safe(line.get("time").text() + " "
                        + line.get("level").text() + " " + line.get("message").text()
                        + (line.get("failure").isNull() ? "" : ": " + line.get("failure").text())) : line.toString());
            }
        }
    }
}
