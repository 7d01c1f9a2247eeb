package io.agentdb.sync.cli;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.verb.AutoVerb;
import io.agentdb.sync.cli.verb.BlockVerb;
import io.agentdb.sync.cli.verb.CompletionVerb;
import io.agentdb.sync.cli.verb.ConflictsVerb;
import io.agentdb.sync.cli.verb.ConnectionsVerb;
import io.agentdb.sync.cli.verb.ContextVerb;
import io.agentdb.sync.cli.verb.DigestsVerb;
import io.agentdb.sync.cli.verb.ExportVerb;
import io.agentdb.sync.cli.verb.HealthVerb;
import io.agentdb.sync.cli.verb.ImportVerb;
import io.agentdb.sync.cli.verb.LoginVerb;
import io.agentdb.sync.cli.verb.LogsVerb;
import io.agentdb.sync.cli.verb.MemoryVerb;
import io.agentdb.sync.cli.verb.NodesVerb;
import io.agentdb.sync.cli.verb.PeersVerb;
import io.agentdb.sync.cli.verb.QuarantineVerb;
import io.agentdb.sync.cli.verb.RunsVerb;
import io.agentdb.sync.cli.verb.StatusVerb;
import io.agentdb.sync.cli.verb.SyncVerb;
import io.agentdb.sync.cli.verb.UnblockVerb;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The verbs, and whether a command line has one. Of each, only its name is here until it is asked for. */
public final class Verbs {

    /**
     * One of them.
     *
     * @param arguments as the help shows them
     * @param does in a few words
     * @param command makes what picocli runs; what makes null is no verb of this command but starts or needs a node
     */
    record ListedVerb(String name, String arguments, String does, Supplier<Object> command) { }

    static final Set<String> HELP = Set.of("--help", "-h", "-?", "help");
    static final Set<String> VERSION = Set.of("--version", "-V", "version");
    static final String START = "start";
    static final String COMPLETION = "completion";
    /** Is answered by the node's own classes, without a node. */
    static final String MCP = "mcp";

    static final List<ListedVerb> ALL = List.of(
            new ListedVerb("status", "[--wait in-sync|ready] [--max-lag 5s]", "whether all is in sync",
                    StatusVerb::new),
            new ListedVerb("sync", "[PEER...] [--type KIND,...] [--since T] [--filter K=V] [--no-wait]\n"
                    + "               start-server [--port N] | connect HOST PORT | push | pull | status"
                    + "    as AgentDB says it",
                    "synchronize now, and wait for the end", SyncVerb::new),
            new ListedVerb("runs", "[list | show ID | follow ID | cancel ID]", "the last syncs", RunsVerb::new),
            new ListedVerb("peers", "[list | add NAME HOST:PORT | remove NAME | ping NAME | verify NAME [--repair]\n"
                    + "               | invite [NAME] [--for 15m] | join TEXT|- | invitations | withdraw ID\n"
                    + "               | pause [NAME|--all] [--for 30m] | resume [NAME|--all]]",
                    "the nodes to synchronize with", PeersVerb::new),
            new ListedVerb("auto", "on|off", "automatic sync", AutoVerb::new),
            new ListedVerb("conflicts", "[list [--open] | show ID | resolve ID... [--edit] | resolve-all | undo ID]",
                    "what two sides wrote without knowing of each other", ConflictsVerb::new),
            new ListedVerb("memory", "search TEXT | get ID | history ID | put FILE | delete ID...", "records",
                    MemoryVerb::new),
            new ListedVerb("import", "FILE", "many records, in", ImportVerb::new),
            new ListedVerb("export", "[--file FILE] [--kind KIND] [--format ndjson|sqlite]",
                    "all records, out", ExportVerb::new),
            new ListedVerb("quarantine", "[list | show KEY | replay KEY|--all | drop KEY]",
                    "what came from peers and could not be applied", QuarantineVerb::new),
            new ListedVerb("connections", "[list | drop ID]", "open QUIC connections", ConnectionsVerb::new),
            new ListedVerb("block", "[CLIENT [--reason TEXT]]", "let a client in no more", BlockVerb::new),
            new ListedVerb("unblock", "CLIENT", "let a client in again", UnblockVerb::new),
            new ListedVerb("nodes", "[list | retire NODE]", "who was synchronized with", NodesVerb::new),
            new ListedVerb("health", "[--watch]", "whether the node is well", HealthVerb::new),
            new ListedVerb("digests", "", "equal on two nodes: equal memories", DigestsVerb::new),
            new ListedVerb("logs", "[--level warn] [--peer P] [--grep TEXT] [--follow]", "what the node has logged",
                    LogsVerb::new),
            new ListedVerb("login", "--url URL [--user NAME]", "try a login, and keep it", LoginVerb::new),
            new ListedVerb("context", "[list | add NAME --url URL | use NAME | remove NAME]",
                    "nodes by names of your own", ContextVerb::new),
            new ListedVerb(COMPLETION, "bash|zsh|fish", "for your shell", CompletionVerb::new));

    private static final Set<String> WITH_VALUE = Set.of("--url", "--context", "--token-file", "--user",
            "--password-file", "-o", "--output", "--timeout");
    private static final Set<String> FLAGS = Set.of("-q", "--quiet", "-v", "--verbose", "--no-color");
    /** What Spring Boot takes without a value and without a dot in it. */
    private static final Set<String> SWITCHES = Set.of("--debug", "--trace");

    private Verbs() {
    }

    /** Whether the command answers that, and no node is to be started. */
    public static boolean answers(String... arguments) {
        int at = first(arguments);
        if (at == arguments.length) {
            return at > 0;
        }
        String word = arguments[at];
        List<String> rest = Arrays.asList(arguments).subList(at, arguments.length);
        if (word.equals(MCP)) {
            return false;
        }
        if (rest.stream().anyMatch(HELP::contains)) {
            return true;
        }
        if (StartServer.isAsked(arguments)) {
            return false;
        }
        if (at == 0 && (word.equals(START) || isSetting(word))) {
            return rest.stream().anyMatch(VERSION::contains);
        }
        // A setting that is written wrong is explained where settings are known.
        return !word.startsWith("-D") && !word.matches("[A-Za-z][\\w.-]*=.*");
    }

    /**
     * What is left for a node: without {@code start}, and AgentDB's options as settings.
     *
     * @throws CommandFailure for what is none
     */
    public static String[] settings(String... arguments) {
        if (StartServer.isAsked(arguments)) {
            return StartServer.settings(arguments);
        }
        return arguments.length > 0 && arguments[0].equals(START)
                ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
    }

    /** Where the first word stands that is neither one of the command's own options nor the value of one. */
    static int first(String... arguments) {
        int at = 0;
        while (at < arguments.length) {
            String name = arguments[at].split("=", 2)[0];
            if (!WITH_VALUE.contains(name) && !FLAGS.contains(name)) {
                return at;
            }
            at += WITH_VALUE.contains(name) && name.equals(arguments[at]) ? 2 : 1;
        }
        return arguments.length;
    }

    static Optional<ListedVerb> find(String name) {
        return ALL.stream().filter(one -> one.name.equals(name)).findFirst();
    }

    static boolean isSetting(String word) {
        return word.isBlank() || SWITCHES.contains(word)
                || word.startsWith("--") && (word.contains("=") || word.contains("."));
    }
}
