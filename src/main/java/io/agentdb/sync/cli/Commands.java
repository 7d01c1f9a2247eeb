package io.agentdb.sync.cli;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.output.Printer;
import io.agentdb.sync.cli.verb.GlobalOptions;
import io.agentdb.sync.memory.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Carries a command line out. */
public final class Commands {

    private Commands() {
    }

    /** @return what the process ends with, of {@link Exit} */
    public static int run(String... arguments) {
        List<String> given = List.of(arguments);
        int at = Verbs.first(arguments);
        String word = at < arguments.length ? arguments[at] : "";
        if (given.stream().anyMatch(Verbs.VERSION::contains) && !Verbs.find(word).isPresent()) {
            return say(Help.version());
        }
        if (word.equals("help") && at + 1 < arguments.length) {
            return helpOf(arguments[at + 1]);
        }
        if (!Verbs.find(word).isPresent() && given.stream().anyMatch(Verbs.HELP::contains)) {
            return say(word.equals(Verbs.START) ? Help.start() : Help.all());
        }
        return Verbs.find(word).map(verb -> execute(verb, arguments)).orElseGet(() -> unknown(word));
    }

    private static int say(String text) {
        System.out.println(text);
        return Exit.DONE.status();
    }

    private static int helpOf(String name) {
        if (name.equals(Verbs.START)) {
            return say(Help.start());
        }
        return Verbs.find(name).map(verb -> execute(verb, name, "--help")).orElseGet(() -> unknown(name));
    }

    private static int unknown(String word) {
        List<String> known = new ArrayList<>(Verbs.ALL.stream().map(Verbs.ListedVerb::name).toList());
        known.addAll(List.of(Verbs.START, Verbs.MCP, "help", "version", "--help", "--version", "--debug", "--trace"));
        System.err.println(word.isEmpty() ? "There is no verb: what is asked of the node?"
                : word.equals(Verbs.START) || word.equals(Verbs.MCP) ? "'" + word + "' comes first, before any option."
                : "'" + word + "' is no " + (word.startsWith("-") ? "option" : "verb") + Nearest.hint(word, known));
        System.err.println("Nothing was started. --help says what there is.");
        return Exit.USAGE.status();
    }

    private static int execute(Verbs.ListedVerb verb, String... arguments) {
        GlobalOptions options = new GlobalOptions();
        CommandLine line = new CommandLine(options);
        // One alone: to read the annotations of all takes longer than a node takes to answer.
        Verbs.ALL.stream().filter(one -> one == verb || verb.name().equals(Verbs.COMPLETION))
                .forEach(one -> line.addSubcommand(one.name(), one.command().get()));
        return line.setAllowSubcommandsAsOptionParameters(true).setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, given) -> misused(wrong, options))
                .setExecutionExceptionHandler((failure, given, parsed) -> failed(failure, options))
                .execute(arguments);
    }

    private static int misused(ParameterException wrong, GlobalOptions options) {
        String words = Optional.ofNullable(wrong.getMessage()).orElse("That is not understood");
        if (wrong instanceof UnmatchedArgumentException unmatched && !unmatched.getSuggestions().isEmpty()) {
            words += "; did you mean '" + unmatched.getSuggestions().get(0) + "'?";
        }
        String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
        options.printer().failure(new CommandFailure(Exit.USAGE, words + "\nNothing was done. `" + name
                + " --help` says what there is."));
        return Exit.USAGE.status();
    }

    private static int failed(Exception failure, GlobalOptions options) {
        Printer printer = options.printer();
        CommandFailure said = failure instanceof CommandFailure own ? own : new CommandFailure(Exit.FAILED,
                "This should not have happened (" + failure + ").");
        printer.failure(said);
        return said.exit().status();
    }
}
