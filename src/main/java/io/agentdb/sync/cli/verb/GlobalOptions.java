package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.NodeChoice;
import io.agentdb.sync.cli.client.NodeClient;
import io.agentdb.sync.cli.output.Format;
import io.agentdb.sync.cli.output.Printer;
import io.agentdb.sync.cli.shell.Durations;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every verb takes, before it or after it. */
@Command(name = "agentdb-sync")
public final class GlobalOptions {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Option(names = "--url", scope = ScopeType.INHERIT, paramLabel = "URL", description = "The node's address.")
    @Nullable String url;
    @Option(names = "--context", scope = ScopeType.INHERIT, paramLabel = "NAME",
            description = "A node that was given that name (context add).")
    @Nullable String context;
    @Option(names = "--token-file", scope = ScopeType.INHERIT, paramLabel = "FILE",
            description = "The token is in that file; - for stdin.")
    @Nullable String tokenFile;
    @Option(names = "--user", scope = ScopeType.INHERIT, paramLabel = "NAME", description = "With --password-file.")
    @Nullable String user;
    @Option(names = "--password-file", scope = ScopeType.INHERIT, paramLabel = "FILE",
            description = "The password is in that file; - for stdin.")
    @Nullable String passwordFile;
    @Option(names = {"-o", "--output"}, scope = ScopeType.INHERIT, paramLabel = "FORMAT", defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if it is not given.")
    Format format = Format.TEXT;
    @Option(names = {"-q", "--quiet"}, scope = ScopeType.INHERIT, description = "Nothing but results and errors.")
    boolean quiet;
    @Option(names = {"-v", "--verbose"}, scope = ScopeType.INHERIT,
            description = "On stderr, each request, with the status that came and how long it took.")
    boolean verbose;
    @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "As NO_COLOR in the environment.")
    boolean plain;
    @Option(names = "--timeout", scope = ScopeType.INHERIT, paramLabel = "TIME", converter = Durations.class,
            description = "30s, 5m or 1h: how long to wait for an answer (30s if it is not given), for the end of a"
                    + " sync, or of --wait (as long as it takes).")
    @Nullable Duration timeout;
    @Option(names = {"-h", "--help", "-?"}, scope = ScopeType.INHERIT, usageHelp = true, description = "This text.")
    boolean help;

    private @Nullable Printer printer;

    /** @throws CommandFailure if no node is meant */
    NodeClient client() {
        return new NodeClient(choice().target(System.getenv(), Path.of(System.getProperty("user.home"))),
                timeout == null ? PATIENCE : timeout, verbose ? printer()::note : line -> { });
    }

    NodeChoice choice() {
        if ("-".equals(tokenFile) && "-".equals(passwordFile)) {
            throw new CommandFailure(Exit.USAGE, "--token-file and --password-file cannot both come on stdin");
        }
        return new NodeChoice(url, context, tokenFile, user, passwordFile);
    }

    /** As the options say it, also if not all of them could be read. */
    public Printer printer() {
        if (printer == null) {
            printer = new Printer(format, quiet, plain);
        }
        return printer;
    }
}
