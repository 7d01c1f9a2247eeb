package io.agentdb.sync.cli.client;

import io.agentdb.sync.cli.client.Contexts.NamedNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which node is meant: flags come before the environment, that before contexts, and those before the one node that runs
 * on this machine.
 *
 * @param url null if it was not given, as each of these
 * @param tokenFile {@code -} for stdin; {@code passwordFile} as well
 */
public record NodeChoice(@Nullable String url, @Nullable String context, @Nullable String tokenFile,
        @Nullable String user, @Nullable String passwordFile) {

    public static final String URL = "AGENTDB_SYNC_URL";
    public static final String CONTEXT = "AGENTDB_SYNC_CONTEXT";
    public static final String TOKEN = "AGENTDB_SYNC_TOKEN";
    public static final String USER = "AGENTDB_SYNC_USER";
    public static final String PASSWORD = "AGENTDB_SYNC_PASSWORD";
    public static final String START = "start one with `agentdb-sync start` (java -jar agentdb-sync.jar), or say with"
            + " --url, " + URL + " or a context where it is";

    private static final String OPERATOR = "operator";

    /** @throws CommandFailure {@link Exit#NO_NODE} if nothing names one and none runs here */
    public Target target(Map<String, String> environment, Path userHome) {
        if (url != null && context != null) {
            throw new CommandFailure(Exit.USAGE, "--url and --context both say which node: give one of them");
        }
        List<RunningNode> running = RunningNode.all(environment, userHome);
        NamedNode named = url != null ? null : context(environment, userHome);
        String chosen = url != null ? url : named != null ? named.url()
                : environment.containsKey(URL) ? environment.get(URL) : only(running).url();
        String address = Target.url(chosen);
        return new Target(address, authorization(environment, named, address, running));
    }

    private @Nullable NamedNode context(Map<String, String> environment, Path userHome) {
        Contexts contexts = Contexts.of(environment, userHome);
        if (context != null) {
            return contexts.get(context);
        }
        if (environment.containsKey(URL)) {
            return null;
        }
        return environment.containsKey(CONTEXT) ? contexts.get(environment.get(CONTEXT))
                : contexts.current().map(contexts::get).orElse(null);
    }

    private static RunningNode only(List<RunningNode> running) {
        if (running.size() > 1) {
            throw new CommandFailure(Exit.USAGE, running.size() + " nodes run on this machine: say which with --url, "
                    + running.stream().map(one -> one.url() + " (" + one.node() + ")").sorted()
                            .collect(Collectors.joining(" or ")));
        }
        if (running.isEmpty()) {
            throw new CommandFailure(Exit.NO_NODE, "No node runs on this machine: " + START + ".");
        }
        return running.get(0);
    }

    private @Nullable String authorization(Map<String, String> environment, @Nullable NamedNode named, String address,
            List<RunningNode> running) {
        if (tokenFile != null) {
            return Target.bearer(Secrets.read(tokenFile), "the --token-file");
        }
        String login = user != null ? user : environment.getOrDefault(USER, OPERATOR);
        if (passwordFile != null) {
            return Target.basic(login, Secrets.read(passwordFile));
        }
        String ofContext = named == null ? null : Target.authorization(named);
        if (context != null && ofContext != null) {
            return ofContext;
        }
        String token = environment.getOrDefault(TOKEN, "").strip();
        if (!token.isEmpty()) {
            return Target.bearer(token, TOKEN);
        }
        String password = environment.get(PASSWORD);
        if (password != null) {
            return Target.basic(login, password);
        }
        if (ofContext != null) {
            return ofContext;
        }
        // The password of this machine's node is no other machine's business, and no other program's.
        return running.stream().filter(one -> one.answersAt(URI.create(address)))
                .map(one -> one.directory().resolve("admin-password")).filter(Files::isReadable).findFirst()
                .map(file -> Target.basic(OPERATOR, Secrets.read(file.toString()))).orElse(null);
    }
}
