package io.agentdb.sync;

import io.agentdb.sync.memory.Nearest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a node's command line has got wrong. Looked at before anything is started: who has misspelt a setting should not
 * get a node with a database.
 */
final class CommandLine {

    /** What Spring Boot takes without a value and without a dot in it. */
    private static final Set<String> SWITCHES = Set.of("--debug", "--trace");
    private static final List<String> WORDS = List.of("--help", "--version", "--debug", "--trace");
    private static final String OURS = "agentdb.";

    private CommandLine() {
    }

    /** What to say of arguments that start no node; empty if one is to be started. */
    static Optional<String> refused(String... arguments) {
        return Stream.of(arguments).flatMap(argument -> flaw(argument).stream()).findFirst()
                .map(flaw -> flaw + "\nNothing was started. --help says what there is.");
    }

    private static Optional<String> flaw(String argument) {
        if (argument.isBlank() || SWITCHES.contains(argument)) {
            return Optional.empty();
        }
        if (argument.startsWith("-D")) {
            return Optional.of("'" + argument + "' is for Java, and goes before -jar; as a setting, write --"
                    + argument.substring(2));
        }
        boolean setting = argument.startsWith("--") && (argument.contains("=") || argument.contains("."));
        if (setting) {
            String name = argument.substring(2).split("=", 2)[0];
            return simplified(name).startsWith(OURS) ? ours(name) : SpringSettings.misspelt(name);
        }
        return Optional.of(argument.matches("[A-Za-z][\\w.-]*=.*")
                ? "'" + argument + "' is no argument; did you mean '--" + argument + "'?"
                : "'" + argument + "' is no argument: a setting is written --name=value"
                        + Nearest.hint(argument, WORDS));
    }

    private static Optional<String> ours(String name) {
        return known().stream().anyMatch(one -> means(name, one)) ? Optional.empty()
                : Optional.of("'--" + name + "' is no setting"
                        + Nearest.hint("--" + name, known().stream().map(one -> "--" + one).toList()));
    }

    /** @param known with {@code [i]} for any number, and {@code .*} for any name at its end */
    private static boolean means(String given, String known) {
        String name = simplified(given).replaceAll("\\[[^]]*]", "[i]");
        String one = simplified(known);
        return name.equals(one) || name.equals(one + "[i]")
                || one.endsWith("*") && name.startsWith(one.substring(0, one.length() - 1));
    }

    /** Spring takes {@code authToken} and {@code auth_token} for {@code auth-token}. */
    private static String simplified(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    /** The node's own settings, which a test holds to those that it reads. */
    static List<String> known() {
        try (InputStream in = CommandLine.class.getResourceAsStream("/agentdb-settings.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
