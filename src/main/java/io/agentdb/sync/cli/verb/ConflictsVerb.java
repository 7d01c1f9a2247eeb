package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.client.NodeClient;
import io.agentdb.sync.cli.output.Printer;
import io.agentdb.sync.cli.output.TableColumn;
import io.agentdb.sync.cli.output.Words;
import io.agentdb.sync.cli.shell.RecordText;
import io.agentdb.sync.cli.shell.TextEditor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What two sides wrote without knowing of each other. */
@Command(name = "conflicts", description = "What two sides wrote without knowing of each other.")
public final class ConflictsVerb extends Verb implements Callable<Integer> {

    private static final List<TableColumn> COLUMNS = List.of(TableColumn.of("ID", "id"), TableColumn.of("KIND", "kind"),
            TableColumn.of("RECORD", "record"), TableColumn.of("PEER", "peer"), TableColumn.of("OUTCOME", "outcome"),
            TableColumn.of("STRATEGY", "strategy"), TableColumn.time("DETECTED", "detectedAt"),
            TableColumn.of("BY", "resolvedBy"));
    private static final int VALUE = 70;

    @Override
    public Integer call() {
        return list(false, null, null, null, null);
    }

    @Command(name = "list", description = "The newest first.")
    int list(@Option(names = "--open", description = "Those that nobody has decided.") boolean open,
            @Option(names = "--kind", paramLabel = "KIND") @Nullable String kind,
            @Option(names = "--node", paramLabel = "NODE", description = "That the other version came from.")
            @Nullable String peer,
            @Option(names = "--limit", paramLabel = "N") @Nullable Integer limit,
            @Option(names = "--cursor", paramLabel = "TEXT", description = "Of the page before.")
            @Nullable String cursor) {
        Map<String, @Nullable Object> asked = new LinkedHashMap<>();
        asked.put("outcome", open ? "open" : null);
        asked.put("kind", kind);
        asked.put("peer", peer);
        asked.put("limit", limit);
        asked.put("cursor", cursor);
        out().items(node().get("/conflicts" + NodeClient.query(asked)), COLUMNS, open ? "No open conflicts."
                : "No conflicts.");
        return done();
    }

    @Command(name = "show", description = "One conflict: both versions, and where they differ.")
    int show(@Parameters(paramLabel = "ID") long id) {
        JsonTree conflict = node().get("/conflicts/" + id);
        out().thing(conflict, () -> screen(conflict));
        return done();
    }

    @Command(name = "resolve", description = "Decide conflicts. Ends with 6 if a record has changed meanwhile.")
    int resolve(@Parameters(paramLabel = "ID", arity = "1..*") List<Long> ids,
            @Option(names = "--keep", paramLabel = "local|remote|merge", description = "local is this node's version.")
            @Nullable String keep,
            @Option(names = "--record", paramLabel = "FILE",
                    description = "Neither: the record as that file has it, in JSON.") @Nullable String file,
            @Option(names = "--edit", description = "Neither: the record as you write it in VISUAL or EDITOR.")
            boolean edit,
            @Option(names = "--expected", paramLabel = "VERSION",
                    description = "The record's present version, as show says it.") @Nullable String expected,
            @Option(names = "--by", paramLabel = "NAME", description = "Who decides.") @Nullable String by) {
        if (Stream.of(keep != null, file != null, edit).filter(given -> given).count() != 1) {
            throw new CommandFailure(Exit.USAGE, "say what to keep: --keep local, remote or merge; or give the whole"
                    + " --record, or --edit it");
        }
        if (ids.size() > 1 && (file != null || edit || expected != null)) {
            throw new CommandFailure(Exit.USAGE, "--record, --edit and --expected are of one conflict");
        }
        if (edit) {
            edited(ids.get(0), expected, by);
            return done();
        }
        for (long id : ids) {
            decide(id, keep == null ? "record" : keep, file == null ? null : record(file), expected, by);
        }
        return done();
    }

    private void decide(long id, String pick, @Nullable JsonTree record, @Nullable String expected,
            @Nullable String by) {
        JsonTree decided = node().post("/conflicts/" + id + "/resolution", JsonTree.object("pick", pick, "record",
                record == null ? null : record.value(), "expected", expected, "by", by));
        out().thing(decided, () -> "Conflict " + id + ": " + decided.get("outcome").text() + " ("
                + decided.get("kind").text() + " " + decided.get("record").text() + "). To take it back:"
                + " agentdb-sync conflicts undo " + id);
    }

    private void edited(long id, @Nullable String expected, @Nullable String by) {
        JsonTree conflict = node().get("/conflicts/" + id);
        TextEditor editor = TextEditor.open("conflict-" + id + "-", RecordText.of(conflict), System.getenv(),
                Printer.isTerminal());
        String text = editor.text().orElseThrow(() -> editor.kept(new CommandFailure(Exit.USAGE,
                "Nothing was decided: nothing was changed, or nothing is left.")));
        try {
            // Whoever else has changed it while the editor was open has not been seen.
            decide(id, "record", RecordText.read(text), expected != null ? expected
                    : conflict.at("current.version").text(), by);
        } catch (CommandFailure e) {
            JsonTree current = e.problem() == null ? new JsonTree(null) : e.problem().get("current");
            throw editor.kept(current.isNull() ? e : new CommandFailure(e.exit(), "The record has changed meanwhile;"
                    + " nothing was decided. Look at it, and if you still mean it:\nagentdb-sync conflicts resolve "
                    + id + " --record " + editor.file() + " --expected " + current.text(), e.problem()));
        } catch (IllegalArgumentException e) {
            throw editor.kept(new CommandFailure(Exit.USAGE, "That is no JSON (" + e.getMessage()
                    + "); nothing was decided."));
        }
        editor.delete();
    }

    @Command(name = "resolve-all", description = "Decide many at once: first what that does, then --yes. Ends with 8 if"
            + " some are left.")
    int resolveAll(@Option(names = "--keep", required = true, paramLabel = "local|remote|merge|newer",
            description = "newer is the later of the two versions.") String keep,
            @Option(names = "--id", split = ",", paramLabel = "ID", description = "Those; without, all open ones.")
            @Nullable List<Long> ids,
            @Option(names = "--filter", paramLabel = "NAME=VALUE", description = "Such as kind=skills, node=laptop.")
            @Nullable Map<String, String> filter,
            @Option(names = "--by", paramLabel = "NAME", description = "Who decides.") @Nullable String by,
            @Option(names = "--preview", description = "Write nothing.") boolean preview,
            @Option(names = "--yes", description = "Without asking.") boolean yes) {
        Map<String, String> chosen = filter == null ? Map.of() : filter;
        JsonTree shown = node().post("/conflicts/resolutions", JsonTree.object("ids", ids, "filter",
                ids == null ? chosen : null, "pick", keep, "preview", true, "by", by));
        if (preview) {
            out().thing(shown, () -> summary(shown));
            return done();
        }
        confirm(yes, summary(shown) + "\nDecide them so?");
        // What the preview showed: others may have come since.
        List<Long> which = shown.get("items").list().stream().map(one -> one.get("conflict").number()).toList();
        if (which.isEmpty()) {
            out().thing(shown, () -> "No open conflicts.");
            return done();
        }
        JsonTree came = node().post("/conflicts/resolutions", JsonTree.object("ids", which, "pick", keep, "by", by));
        out().thing(came, () -> summary(came) + "\nTo take it back: agentdb-sync conflicts undo "
                + came.get("id").text());
        return (came.get("left").number() == 0 ? Exit.DONE : Exit.NOT_ALL_WELL).status();
    }

    @Command(name = "undo", description = "Take a decision back, or many that were one. Ends with 8 if some records"
            + " have changed since.")
    int undo(@Parameters(paramLabel = "ID", description = "Of a conflict, or as resolve-all said it.") String id) {
        JsonTree batch = id.matches("\\d{1,18}") ? node().get("/conflicts/" + id).get("batch") : new JsonTree(id);
        if (batch.isNull()) {
            throw new CommandFailure(Exit.CHANGED, "Nothing was decided about conflict " + id
                    + " that can be taken back: it is open, a rule has decided it, or it was taken back already.");
        }
        JsonTree came = node().post(path("/conflicts/resolutions/", batch.text()) + "/undo", null);
        out().thing(came, () -> summary(came));
        return (came.get("left").number() == 0 ? Exit.DONE : Exit.NOT_ALL_WELL).status();
    }

    private static String summary(JsonTree batch) {
        return Words.count(batch.get("decided").number(), "conflict") + (batch.get("preview").yes() ? " can be decided"
                : " done") + ", " + Words.number(batch.get("left").number()) + " left"
                + batch.get("items").list().stream().map(one -> !one.get("left").isNull()
                        ? "\n  " + one.get("conflict").text() + ": " + Words.safe(one.at("left.detail").text())
                        : batch.get("preview").yes() ? "\n  " + one.get("conflict").text() + ": " + becomes(one) : "")
                        .collect(Collectors.joining());
    }

    private static String becomes(JsonTree item) {
        return item.get("kind").text() + " " + item.get("record").text()
                + item.at("becomes.differences").list().stream().map(one -> ", " + Words.safe(one.get("field").text())
                        + " = " + value(one.get("result"))).collect(Collectors.joining());
    }

    private static JsonTree record(String file) {
        try {
            return RecordText.read(Files.readString(Path.of(file)));
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, "the file '" + file + "' cannot be read as JSON (" + e.getMessage()
                    + ")");
        }
    }

    private String screen(JsonTree conflict) {
        String differences = conflict.get("differences").list().stream().map(one -> "\n  "
                + Words.safe(one.get("field").text()) + "\n    here:  " + value(one.get("local")) + "\n    there: "
                + value(one.get("remote")) + (one.get("result").isNull() ? "" : "\n    now:   "
                        + value(one.get("result")))).collect(Collectors.joining());
        return "Conflict " + conflict.get("id").text() + " of " + conflict.get("kind").text() + " "
                + conflict.get("record").text() + ": " + conflict.get("outcome").text() + ", by "
                + conflict.get("strategy").text() + (conflict.get("resolvedBy").isNull() ? "" : " and "
                        + Words.safe(conflict.get("resolvedBy").text()))
                + side("here", conflict.get("local")) + side("there", conflict.get("remote")) + differences
                + "\nThe record's present version: " + conflict.at("current.version").text();
    }

    private static String side(String where, JsonTree version) {
        return "\n  " + where + ": written on " + Words.safe(version.get("node").text()) + " at "
                + Words.ago(version.get("writtenAt").text()) + (version.get("deleted").yes() ? ", deleted" : "");
    }

    private static String value(JsonTree value) {
        return value.isNull() ? "(nothing)" : Words.cut(Words.safe(value.text()), VALUE);
    }
}
