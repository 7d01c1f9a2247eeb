package io.agentdb.sync.cli;

import java.util.stream.Collectors;

/** What is shown to who asks for help: without picocli, which would take longer to load than this to be read. */
public final class Help {

    private static final int VERB = 13;

    private Help() {
    }

    static String all() {
        return """
                Usage: agentdb-sync [OPTION...] VERB [ARGUMENT...]     or java -jar agentdb-sync.jar in its place
                       agentdb-sync [start] [--name=value ...]         runs a node

                %s
                  start        [--name=value ...]
                               run a node: REST on port 8080, QUIC on UDP port 4433, and a PostgreSQL of its own
                               unless it is told of another one (help start)
                  mcp          [--url URL | --context NAME]
                               MCP over stdin and stdout, passed on to a node that runs
                  help         [VERB]
                  version

                  --url URL, --context NAME                        which node; the one that runs on this machine
                  --token-file F | --user NAME --password-file F   what to show to it, - for stdin
                  -o text|json|ndjson|tsv, -q, -v, --no-color, --timeout 30s

                In the environment: AGENTDB_SYNC_URL, _CONTEXT, _TOKEN, _USER, _PASSWORD.
                What it ends with: 0 done, 2 wrong usage, 3 no node, 4 not let in, 5 unknown, 6 changed meanwhile, \
                7 the peer failed, 8 not all is well, 9 goes on, 1 anything else."""
                .formatted(Verbs.ALL.stream().map(Help::line).collect(Collectors.joining("\n")));
    }

    private static String line(Verbs.ListedVerb verb) {
        String indent = " ".repeat(VERB + 2);
        String name = "  " + verb.name() + " ".repeat(Math.max(1, VERB - verb.name().length()));
        return name + (verb.arguments().isEmpty() ? "" : verb.arguments() + "\n" + indent) + verb.does();
    }

    static String start() {
        return """
                Usage: agentdb-sync start [--name=value ...]

                Runs a node: REST on port 8080, QUIC on UDP port 4433, and a PostgreSQL of its own \
                unless it is told of another one.

                  --agentdb.node.id=alpha                          short name of this node
                  --spring.datasource.url=jdbc:postgresql://...    use this database (PostgreSQL 15 to 18)
                  --server.port=8080, --agentdb.server.port=4433   where it listens
                  --spring.profiles.active=example                 two nodes that show what it does

                docs/configuration.md lists every setting; each may also stand in the environment (AGENTDB_NODE_ID) \
                or in application.yml.
                A running node tells its state at GET /status, and all that can be done with it at /swagger-ui.html.""";
    }

    public static String mcp() {
        return """
                Usage: agentdb-sync mcp [--url URL | --context NAME]
                                        [--token-file FILE | --user NAME --password-file FILE]

                Speaks MCP over stdin and stdout, for clients that know no HTTP, and passes it on to a node that runs. \
                It is found as by every verb: the one that --url, --context or the environment (AGENTDB_SYNC_URL, \
                _CONTEXT) name, the chosen context, or the one that runs on this machine. What to show to it: \
                AGENTDB_SYNC_TOKEN, or AGENTDB_SYNC_USER and AGENTDB_SYNC_PASSWORD, or what the context has; \
                to a node of this machine, without them, the password that the node has made.""";
    }

    static String version() {
        String version = Help.class.getPackage().getImplementationVersion();
        return "AgentDB Sync Node " + (version == null ? "(not packaged)" : version);
    }
}
