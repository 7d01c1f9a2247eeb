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

/**
 * What the command line asks for in place of a node, or has got wrong. Looked at before anything is started: who asks
 * for help should not get a node with a database.
 *
 * @param status what the process ends with: 0, or 2 for what is not understood
 */
record CommandLine(int status, String text) {

    private static final Set<String> HELP = Set.of("--help", "-h", "-?", "help");
    private static final Set<String> VERSION = Set.of("--version", "-V", "version");
    /** What Spring Boot takes without a value and without a dot in it. */
    private static final Set<String> SWITCHES = Set.of("--debug", "--trace");
    private static final List<String> WORDS = List.of("--help", "--version", "--debug", "--trace", "help", "version",
            "mcp");
    private static final String OURS = "agentdb.";

    private static final String USAGE = """
            Usage: java -jar agentdb-sync.jar [--name=value ...]
                   java -jar agentdb-sync.jar mcp [--url http://127.0.0.1:8080]

            Runs a node: REST on port 8080, QUIC on UDP port 4433, and a PostgreSQL of its own \
            unless it is told of another one.

              --agentdb.node.id=alpha                          short name of this node
              --spring.datasource.url=jdbc:postgresql://...    use this database (PostgreSQL 15 to 18)
              --server.port=8080, --agentdb.server.port=4433   where it listens
              --spring.profiles.active=example                 two nodes that show what it does
              --help, --version                                this text, or the version
              mcp                                              no node, but MCP over stdin and stdout to one that runs

            docs/configuration.md lists every setting; each may also stand in the environment (AGENTDB_NODE_ID) \
            or in application.yml.
            A running node tells its state at GET /status, and all that can be done with it at /swagger-ui.html.""";

    /** Empty where a node is to be started. */
    static Optional<CommandLine> answer(String... arguments) {
        List<String> given = List.of(arguments);
        if (given.stream().anyMatch(HELP::contains)) {
            return Optional.of(new CommandLine(0, USAGE));
        }
        if (given.stream().anyMatch(VERSION::contains)) {
            String version = CommandLine.class.getPackage().getImplementationVersion();
            return Optional.of(new CommandLine(0, "AgentDB Sync Node "
                    + (version == null ? "(not packaged)" : version)));
        }
        return given.stream().flatMap(argument -> flaw(argument).stream()).findFirst()
                .map(flaw -> new CommandLine(2, flaw + "\nNothing was started. --help says what there is."));
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
