package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code conflicts resolve ID --edit}, with scripts in place of an editor. */
class EditedConflictTest extends WithNode {

    @Test
    void conflict_isDecidedInAnEditor_whichShowsBothSides() throws Exception {
        long id = openConflict();
        Path seen = home.resolve("seen");
        CommandRun run = edit(id, "cp \"$1\" " + seen + "; sed -i 's/by here/by both/' \"$1\"");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readString(seen)).contains("// ", "here:  \"by here\"", "there: \"by there\"",
                "written on there at", "\n  \"critique\":\"by here\"");
        assertThat(json("conflicts", "show", "" + id).at("/result/record/critique").asString()).isEqualTo("by both");
        assertThat(kept(run)).isEmpty();
    }

    @Test
    void editorThatChangesNothing_leavesNothing_orFails_decidesNothing() throws Exception {
        long id = openConflict();
        assertThat(edit(id, "true")).satisfies(run -> {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("Nothing was decided");
        });
        assertThat(edit(id, ": > \"$1\"").status()).isEqualTo(2);
        assertThat(edit(id, "exit 3").err()).contains("ended with 3");
        CommandRun broken = edit(id, "echo '{' >> \"$1\"");
        assertThat(broken.status()).isEqualTo(2);
        assertThat(kept(broken)).get().asString()
                .satisfies(file -> assertThat(Path.of(file)).content().endsWith("{\n"));
        assertThat(fails(2, operator(), "conflicts", "resolve", "" + id, "--edit")).contains("VISUAL or EDITOR");
        assertThat(fails(2, operator(), "conflicts", "resolve", "" + id, "--edit", "--keep", "local"))
                .contains("say what to keep");
        assertThat(json("conflicts", "show", "" + id).path("outcome").asString()).isEqualTo("open");
    }

    @Test
    void whatWasEdited_isKept_ifTheRecordHasChangedMeanwhile_andCanBeGivenAsAFile() throws Exception {
        long id = openConflict();
        String record = json("conflicts", "show", "" + id).path("record").asString();
        CommandRun run = edit(id, "sed -i 's/by here/by me/' \"$1\"; curl -sf -X PATCH -H 'Authorization: Bearer"
                + " robots-token' -H 'Content-Type: application/json' -d '{\"critique\": \"by another\"}' "
                + node.url("/episodes/" + record));
        assertThat(run.status()).as(run.err()).isEqualTo(6);
        String file = kept(run).orElseThrow();
        assertThat(Path.of(file)).content().contains("by me");
        String now = json("conflicts", "show", "" + id).at("/current/version").asString();
        assertThat(run.err()).contains("--record " + file + " --expected " + now);
        assertThat(json("conflicts", "resolve", "" + id, "--record", file, "--expected", now)
                .at("/result/record/critique").asString()).isEqualTo("by me");
    }

    private CommandRun edit(long id, String script) throws Exception {
        Path editor = Files.writeString(home.resolve("editor"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(editor, PosixFilePermissions.fromString("rwx------"));
        return operator().with("VISUAL", editor.toString()).with("EDITOR", "false")
                .run("conflicts", "resolve", "" + id, "--edit");
    }

    private static Optional<String> kept(CommandRun run) {
        return Pattern.compile("is kept in (\\S+)\\.").matcher(run.err()).results().map(one -> one.group(1))
                .findFirst();
    }
}
