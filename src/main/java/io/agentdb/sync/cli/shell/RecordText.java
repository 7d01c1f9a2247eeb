package io.agentdb.sync.cli.shell;

import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.output.Words;
import java.util.stream.Collectors;

/** A conflict as a person edits it: one side's record in JSON, and above it, behind //, where the other differs. */
public final class RecordText {

    private static final int VALUE = 2_000;
    private static final int LAST_LINES = 5;

    private RecordText() {
    }

    public static String of(JsonTree conflict) {
        boolean here = !conflict.at("local.record").isNull();
        String sides = conflict.get("differences").list().stream().map(one -> comment("  " + one.get("field").text())
                + comment("    here:  " + value(one.get("local"))) + comment("    there: " + value(one.get("remote"))))
                .collect(Collectors.joining());
        return comment("Conflict " + conflict.get("id").text() + " of " + conflict.get("kind").text() + " "
                + conflict.get("record").text() + ".")
                + comment("Make of the record below what it is to be; it is as " + (here ? "here" : "there")
                        + ". Then save, and leave the editor.")
                + comment("If you change nothing, or leave nothing, nothing is decided. Lines with // do not count.")
                + comment("here:  " + side(conflict.get("local"))) + comment("there: " + side(conflict.get("remote")))
                + comment("They differ in") + sides + json(conflict.at(here ? "local.record" : "remote.record"))
                // What somebody else wrote must not stand in the last lines: an editor may take orders from those.
                + "//\n".repeat(LAST_LINES);
    }

    /**
     * The record of such a text, or of plain JSON.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static JsonTree read(String text) {
        // In JSON no line of a text begins anew, so that none of these is a part of one.
        return JsonTree.parse(text.lines().filter(line -> !line.stripLeading().startsWith("//"))
                .collect(Collectors.joining("\n")));
    }

    private static String json(JsonTree record) {
        return record.members().entrySet().stream().map(one -> "  " + JsonTree.object(one.getKey(), one.getValue())
                .toString().replaceFirst("^\\{", "").replaceFirst("\\}$", ""))
                .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
    }

    private static String side(JsonTree version) {
        return "written on " + version.get("node").text() + " at " + version.get("writtenAt").text()
                + (version.get("deleted").yes() ? ", and deleted" : "");
    }

    private static String value(JsonTree value) {
        return value.isNull() ? "(nothing)" : Words.cut(value.toString(), VALUE);
    }

    private static String comment(String line) {
        return "// " + Words.safe(line) + "\n";
    }
}
