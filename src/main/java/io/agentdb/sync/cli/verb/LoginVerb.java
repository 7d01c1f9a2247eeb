package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Contexts.NamedNode;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.client.NodeClient;
import io.agentdb.sync.cli.client.Secrets;
import io.agentdb.sync.cli.client.Target;
import io.agentdb.sync.cli.output.Printer;
import io.agentdb.sync.cli.output.Words;
import java.io.Console;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Tries a login, and keeps it. */
@Command(name = "login", description = "Try a login at --url and keep it, as the context of that name or 'default',"
        + " which is used from then on. Asks for the password unless --token-file or --password-file says one.")
public final class LoginVerb extends Verb implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public Integer call() {
        GlobalOptions given = options();
        if (given.url == null) {
            throw new CommandFailure(Exit.USAGE, "say with --url where the node is");
        }
        String url = Target.url(given.url);
        String user = given.user == null ? "operator" : given.user;
        NamedNode login = given.tokenFile != null
                ? new NamedNode(url, null, Secrets.read(given.tokenFile), null, null)
                : new NamedNode(url, null, null, user, given.passwordFile != null ? Secrets.read(given.passwordFile)
                        : asked(user, url));
        // Nothing is kept that does not work.
        new NodeClient(Target.of(login), PATIENCE).get("/status");
        String name = given.context == null ? "default" : given.context;
        ContextVerb.keep(name, login);
        ContextVerb.contexts().use(name);
        out().thing(JsonTree.object("context", name, "url", url), () -> "Logged in to " + url + " as "
                + (login.user() == null ? "the token's owner" : Words.safe(login.user())) + ", kept as context " + name
                + ".");
        return done();
    }

    private static String asked(String user, String url) {
        Console console = System.console();
        if (console == null || !Printer.isTerminal()) {
            throw new CommandFailure(Exit.USAGE, "without a terminal nobody can be asked for the password: say"
                    + " --password-file or --token-file, - for stdin");
        }
        char[] password = console.readPassword("Password of %s at %s: ", user, url);
        if (password == null || password.length == 0) {
            throw new CommandFailure(Exit.USAGE, "No password, no login.");
        }
        return new String(password);
    }
}
