package io.agentdb.sync.cli;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.Secrets;
import io.agentdb.sync.memory.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** AgentDB's {@code sync start-server}: a node by AgentDB's options, and by settings. */
final class StartServer {

    private static final String NAME = "start-server";
    private static final String TOKEN_FILE = "--auth-token-file";
    /** AgentDB's option, and the node's setting. */
    private static final Map<String, String> OPTIONS = new LinkedHashMap<>();

    static {
        OPTIONS.put("--port", "--agentdb.server.port");
        OPTIONS.put("--host", "--agentdb.server.host");
        OPTIONS.put("--cert", "--agentdb.server.tls.cert");
        OPTIONS.put("--key", "--agentdb.server.tls.key");
        OPTIONS.put(TOKEN_FILE, "--agentdb.server.auth-token");
    }

    private StartServer() {
    }

    static boolean isAsked(String... arguments) {
        return arguments.length > 1 && arguments[0].equals("sync") && arguments[1].equals(NAME);
    }

    /** @throws CommandFailure for what it does not know */
    static String[] settings(String... arguments) {
        List<String> settings = new ArrayList<>();
        for (int i = 2; i < arguments.length; i++) {
            String[] one = arguments[i].split("=", 2);
            String setting = OPTIONS.get(one[0]);
            if (setting == null && Verbs.isSetting(arguments[i])) {
                settings.add(arguments[i]);
                continue;
            }
            if (setting == null) {
                throw unknown(one[0]);
            }
            if (one.length == 1 && i + 1 == arguments.length) {
                throw new CommandFailure(Exit.USAGE, "'" + one[0] + "' needs a value");
            }
            String value = one.length == 2 ? one[1] : arguments[++i];
            settings.add(setting + "=" + (one[0].equals(TOKEN_FILE) ? Secrets.read(value) : value));
        }
        return settings.toArray(String[]::new);
    }

    private static CommandFailure unknown(String given) {
        return new CommandFailure(Exit.USAGE, given.equals("--auth-token")
                ? "every user of this machine could read a token there: put it into a file and say " + TOKEN_FILE
                + " FILE (- for stdin), or set AGENTDB_SERVER_AUTH_TOKEN"
                : "'" + given + "' is no option of sync " + NAME + Nearest.hint(given, OPTIONS.keySet())
                + "\nNothing was started.");
    }
}
