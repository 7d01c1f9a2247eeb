package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.client.NodeClient;
import io.agentdb.sync.cli.output.TableColumn;
import io.agentdb.sync.cli.output.Words;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Records. */
@Command(name = "memory", description = "Records: search, get, put, delete.")
public final class MemoryVerb extends Verb implements Runnable {

    private static final List<String> KINDS = List.of("episodes", "skills", "edges");
    private static final List<TableColumn> COLUMNS = List.of(TableColumn.of("KIND", "kind"), TableColumn.of("ID", "id"),
            TableColumn.of("FROM", "origin"), TableColumn.cut("FOUND", "excerpt", 80));
    private static final List<TableColumn> HISTORY = List.of(TableColumn.of("VERSION", "version"),
            TableColumn.of("NODE", "node"), TableColumn.time("WRITTEN", "writtenAt"),
            TableColumn.of("VIA", "via"), TableColumn.of("PRESENT", "present"), TableColumn.of("DELETED", "deleted"));
    private static final String WHICH = "Of which kind it is; each is looked at if it is not given.";

    @Override
    public void run() {
        throw new CommandFailure(Exit.USAGE, "say search, get, put or delete (agentdb-sync memory --help)");
    }

    @Command(name = "search", description = "Episodes and skills by their words and by what they mean.")
    int search(@Parameters(paramLabel = "TEXT", arity = "1..*") List<String> words,
            @Option(names = "-k", paramLabel = "N", defaultValue = "10", description = "How many.") int limit,
            @Option(names = "--words", description = "By words alone.") boolean byWords,
            @Option(names = "--kind", paramLabel = "KIND") @Nullable String kind,
            @Option(names = "--node", paramLabel = "NODE", description = "That wrote it.") @Nullable String node,
            @Option(names = "--cursor", paramLabel = "TEXT", description = "Of the page before.")
            @Nullable String cursor) {
        Map<String, @Nullable Object> asked = new LinkedHashMap<>();
        asked.put("q", String.join(" ", words));
        asked.put("limit", limit);
        asked.put("by", byWords ? "words" : null);
        asked.put("kind", kind);
        asked.put("node", node);
        asked.put("cursor", cursor);
        out().items(node().get("/search" + NodeClient.query(asked)), COLUMNS, "Nothing matches.");
        return done();
    }

    @Command(name = "get", description = "One record, whole.")
    int get(@Parameters(paramLabel = "ID") String id,
            @Option(names = "--kind", paramLabel = "KIND", description = WHICH) @Nullable String kind) {
        JsonTree record = node().get(place(id, kind));
        out().thing(record, () -> record.members().entrySet().stream().map(member -> member.getKey() + ": "
                + Words.lines(member.getValue().text())).collect(Collectors.joining("\n")));
        return done();
    }

    @Command(name = "history", description = "Which versions a record has had, the present one first.")
    int history(@Parameters(paramLabel = "ID") String id,
            @Option(names = "--kind", paramLabel = "KIND", description = WHICH) @Nullable String kind) {
        out().items(node().get(place(id, kind) + "/versions"), HISTORY, "No versions.");
        return done();
    }

    @Command(name = "put", description = "Create a record; under its id, if it has one, replace it.")
    int put(@Parameters(paramLabel = "FILE", description = "In JSON; - for stdin.") String file,
            @Option(names = "--kind", paramLabel = "KIND", description = "If the record has no member kind.")
            @Nullable String given) {
        Map<String, @Nullable Object> record = new LinkedHashMap<>();
        read(file).members().forEach((name, value) -> record.put(name, value.value()));
        Object own = record.remove("kind");
        String kind = given != null ? given : String.valueOf(own);
        if (!KINDS.contains(kind)) {
            throw new CommandFailure(Exit.USAGE, "say of which kind it is: --kind episodes, skills or edges");
        }
        Object id = record.remove("id");
        JsonTree body = new JsonTree(record);
        JsonTree written = id == null ? node().post("/" + kind, body)
                : node().put("/" + kind + path("/", id.toString()), body);
        out().thing(written, () -> kind + " " + written.get("id").text());
        return done();
    }

    @Command(name = "delete", description = "Delete records, here and on every peer.")
    int delete(@Parameters(paramLabel = "ID", arity = "1..*") List<String> ids,
            @Option(names = "--kind", paramLabel = "KIND", description = WHICH) @Nullable String kind,
            @Option(names = "--yes", description = "Without asking.") boolean yes) {
        // Before the first is gone: half of what was asked for would else be done.
        List<String> places = ids.stream().map(id -> place(id, kind)).toList();
        confirm(yes, "Delete " + Words.count(ids.size(), "record") + " here and on every peer?");
        places.forEach(place -> node().delete(place));
        out().thing(JsonTree.object("deleted", ids), () -> "Deleted " + Words.count(ids.size(), "record") + ".");
        return done();
    }

    /** Where it is, of which kind it may be. */
    private String place(String id, @Nullable String kind) {
        if (kind != null) {
            return "/" + NodeClient.encoded(kind) + path("/", id);
        }
        for (String each : KINDS) {
            try {
                node().get("/" + each + path("/", id));
                return "/" + each + path("/", id);
            } catch (CommandFailure e) {
                if (e.exit() != Exit.UNKNOWN) {
                    throw e;
                }
            }
        }
        throw new CommandFailure(Exit.UNKNOWN, "There is no record " + id + ".");
    }

    private static JsonTree read(String file) {
        try {
            JsonTree record = JsonTree.parse(file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : Files.readString(Path.of(file)));
            if (record.isObject()) {
                return record;
            }
            throw new IllegalArgumentException("it is no object");
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, "'" + file + "' cannot be read as a record in JSON (" + e.getMessage()
                    + ")");
        }
    }
}
