package io.agentdb.sync.cli.client;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Secrets come from files, from stdin or the environment: an argument could be read by every user of the machine. */
public final class Secrets {

    private Secrets() {
    }

    /**
     * Without blanks around it.
     *
     * @param file {@code -} for stdin
     * @throws CommandFailure if there is no such file, or nothing in it
     */
    public static String read(String file) {
        try {
            String secret = (file.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file))).strip();
            if (secret.isEmpty()) {
                throw new CommandFailure(Exit.USAGE, "there is no secret in " + name(file));
            }
            return secret;
        } catch (IOException e) {
            throw new CommandFailure(Exit.USAGE, name(file) + " cannot be read");
        }
    }

    /** One line that somebody pastes at a terminal, else what comes on stdin. */
    public static String pasted(String prompt) {
        Console console = System.console();
        String line = console == null ? null : console.readLine("%s", prompt);
        return line == null ? read("-") : line.strip();
    }

    private static String name(String file) {
        return file.equals("-") ? "what came on stdin" : "the file '" + file + "'";
    }
}
