package io.agentdb.sync.cli.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the shell fish completes by: picocli writes it for bash and zsh alone. */
public final class FishCompletion {

    private static final String NAME = "agentdb-sync";

    private FishCompletion() {
    }

    /** @param root with all verbs */
    public static String script(CommandLine root) {
        List<String> lines = new ArrayList<>(List.of("# fish: agentdb-sync completion fish | source",
                "complete -c " + NAME + " -e", "complete -c " + NAME + " -f"));
        options(root, null, Set.of(), lines);
        Set<OptionSpec> everywhere = Set.copyOf(root.getCommandSpec().options());
        Set<String> common = everywhere.stream().map(OptionSpec::longestName).collect(Collectors.toSet());
        root.getSubcommands().forEach((verb, command) -> {
            lines.add(line("__fish_use_subcommand") + " -a " + verb + " -d " + quoted(description(command)));
            String seen = "__fish_seen_subcommand_from " + verb;
            options(command, seen, common, lines);
            command.getSubcommands().forEach((word, part) -> {
                lines.add(line(seen) + " -a " + word + " -d " + quoted(description(part)));
                options(part, seen + "; and __fish_seen_subcommand_from " + word, common, lines);
            });
        });
        return String.join("\n", lines);
    }

    private static void options(CommandLine command, @Nullable String when, Set<String> known,
            List<String> lines) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (known.contains(option.longestName()) || option.hidden()) {
                continue;
            }
            StringBuilder text = new StringBuilder(when == null ? "complete -c " + NAME : line(when));
            for (String name : option.names()) {
                text.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^--?", ""));
            }
            if (option.arity().max() > 0) {
                // A file may be what comes: without -F, fish would offer none.
                text.append(option.paramLabel().contains("FILE") ? " -r -F" : " -x");
            }
            lines.add(text + " -d " + quoted(String.join(" ", option.description())));
        }
    }

    private static String line(String when) {
        return "complete -c " + NAME + " -n " + quoted(when);
    }

    private static String description(CommandLine command) {
        return String.join(" ", command.getCommandSpec().usageMessage().description());
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replaceAll("\\s+", " ") + "'";
    }
}
