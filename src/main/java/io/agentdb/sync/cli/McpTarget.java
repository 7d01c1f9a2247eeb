package io.agentdb.sync.cli;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.NodeChoice;
import io.agentdb.sync.cli.client.Target;
import io.agentdb.sync.memory.Nearest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** To which node the verb {@code mcp} passes messages on: it is found as by every other verb. */
public final class McpTarget {

    private static final String URL = "--url";
    private static final String CONTEXT = "--context";
    private static final String TOKEN_FILE = "--token-file";
    private static final String USER = "--user";
    private static final String PASSWORD_FILE = "--password-file";
    private static final List<String> KNOWN = List.of(URL, CONTEXT, TOKEN_FILE, USER, PASSWORD_FILE, "--help");

    private final NodeChoice choice;
    private final Map<String, String> environment;
    private final Path userHome;

    private McpTarget(NodeChoice choice, Map<String, String> environment, Path userHome) {
        this.choice = choice;
        this.environment = environment;
        this.userHome = userHome;
    }

    /**
     * Reads what stands behind the verb.
     *
     * @throws CommandFailure for what is not understood, and what can be meant by no node whatever runs
     */
    public static McpTarget read(List<String> arguments, Map<String, String> environment, Path userHome) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String[] one = arguments.get(i).split("=", 2);
            if (!KNOWN.contains(one[0])) {
                throw unknown(one[0]);
            }
            if (one.length == 1 && i + 1 == arguments.size()) {
                throw new CommandFailure(Exit.USAGE, "'" + one[0] + "' needs a value");
            }
            given.put(one[0], one.length == 2 ? one[1] : arguments.get(++i));
        }
        if ("-".equals(given.get(TOKEN_FILE)) || "-".equals(given.get(PASSWORD_FILE))) {
            throw new CommandFailure(Exit.USAGE, "messages come on stdin, so that no secret can: name a file");
        }
        McpTarget target = new McpTarget(new NodeChoice(given.get(URL), given.get(CONTEXT), given.get(TOKEN_FILE),
                given.get(USER), given.get(PASSWORD_FILE)), environment, userHome);
        try {
            target.now();
        } catch (CommandFailure e) {
            // A node may be started, and this one's secret be written anew, while messages come.
            if (e.exit() != Exit.NO_NODE) {
                throw e;
            }
        }
        return target;
    }

    /**
     * The node that is meant now.
     *
     * @throws CommandFailure if nothing names one and none runs
     */
    public Target now() {
        return choice.target(environment, userHome);
    }

    private static CommandFailure unknown(String argument) {
        return new CommandFailure(Exit.USAGE, "'" + argument + "' is no argument of mcp"
                + (argument.matches("--?(token|password).*")
                ? ": every user of this machine could read a secret there; set " + NodeChoice.TOKEN
                + ", or name a " + TOKEN_FILE : Nearest.hint(argument, KNOWN)));
    }
}
