package io.agentdb.sync.cli.shell;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The editor of the one who calls, on a file that nobody else can read. */
public final class TextEditor {

    private final Path file;
    private final String before;

    private TextEditor(Path file, String before) {
        this.file = file;
        this.before = before;
    }

    /**
     * Lets a person write, and blocks until the editor has ended.
     *
     * @param name what the file's name begins with
     * @param terminal whether an editor that nobody has named could be used
     * @throws CommandFailure if there is no editor, or it fails; nothing is lost then
     */
    public static TextEditor open(String name, String text, Map<String, String> environment, boolean terminal) {
        String editor = Optional.ofNullable(environment.get("VISUAL")).filter(given -> !given.isBlank())
                .or(() -> Optional.ofNullable(environment.get("EDITOR")).filter(given -> !given.isBlank()))
                .or(() -> terminal ? Optional.of("vi") : Optional.empty())
                .orElseThrow(() -> new CommandFailure(Exit.USAGE, "there is no terminal to edit in: set VISUAL or"
                        + " EDITOR, or write a --record FILE"));
        try {
            Path file = Files.createTempFile(name, ".json");
            Files.writeString(file, text);
            // By the shell, since it may be a command with options: code --wait.
            int status = new ProcessBuilder("sh", "-c", "exec " + editor + " \"$1\"", "sh", file.toString()).inheritIO()
                    .start().waitFor();
            TextEditor edited = new TextEditor(file, text);
            if (status != 0) {
                throw edited.kept(new CommandFailure(Exit.FAILED, "The editor (" + editor + ") has ended with " + status
                        + ": nothing was decided."));
            }
            return edited;
        } catch (IOException e) {
            throw new CommandFailure(Exit.FAILED, "The editor (" + editor + ") could not be started: "
                    + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Exit.FAILED, "Nothing was decided.");
        }
    }

    /** Where it is, while it is kept. */
    public Path file() {
        return file;
    }

    /** What was written; empty if it is as it was, or if there is nothing. */
    public Optional<String> text() {
        try {
            String text = Files.readString(file);
            return text.isBlank() || text.equals(before) ? Optional.empty() : Optional.of(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The failure, which says besides where the text is, unless there is nothing to keep. */
    public CommandFailure kept(CommandFailure why) {
        if (text().isEmpty()) {
            delete();
            return why;
        }
        return new CommandFailure(why.exit(), why.getMessage() + "\nWhat you have written is kept in " + file + ".",
                why.problem());
    }

    public void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
