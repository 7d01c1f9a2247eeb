package io.agentdb.sync;

import io.agentdb.sync.memory.Nearest;
import io.agentdb.sync.start.KnownSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * What a node's command line has got wrong. Looked at before anything is started: who has misspelt a setting should not
 * get a node with a database.
 */
final class CommandLine {

    /** What Spring Boot takes without a value and without a dot in it. */
    private static final Set<String> SWITCHES = Set.of("--debug", "--trace");
    private static final List<String> WORDS = List.of("--help", "--version", "--debug", "--trace");

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
            return KnownSettings.isOurs(name) ? ours(name) : SpringSettings.misspelt(name);
        }
        return Optional.of(argument.matches("[A-Za-z][\\w.-]*=.*")
                ? "'" + argument + "' is no argument; did you mean '--" + argument + "'?"
                : "'" + argument + "' is no argument: a setting is written --name=value"
                        + Nearest.hint(argument, WORDS));
    }

    private static Optional<String> ours(String name) {
        KnownSettings known = KnownSettings.read();
        return known.has(ConfigurationPropertyName.adapt(name, '.')) ? Optional.empty()
                : Optional.of("'--" + name + "' is no setting" + known.hint(name, "--"));
    }
}
