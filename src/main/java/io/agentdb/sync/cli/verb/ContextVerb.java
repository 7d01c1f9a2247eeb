package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Contexts;
import io.agentdb.sync.cli.client.Contexts.NamedNode;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.client.Secrets;
import io.agentdb.sync.cli.client.Target;
import io.agentdb.sync.cli.output.TableColumn;
import io.agentdb.sync.cli.output.Words;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Names for nodes. */
@Command(name = "context", description = "Nodes by names of your own, with what to show to each.")
public final class ContextVerb extends Verb implements Callable<Integer> {

    private static final List<TableColumn> COLUMNS = List.of(TableColumn.of("NAME", "name"),
            TableColumn.of("URL", "url"), TableColumn.of("LOGIN", "login"), TableColumn.of("IN USE", "current"));
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

    @Override
    public Integer call() {
        return list();
    }

    @Command(name = "list", description = "All of them.")
    int list() {
        Contexts contexts = contexts();
        List<JsonTree> all = new ArrayList<>();
        new TreeMap<>(contexts.all()).forEach((name, one) -> all.add(JsonTree.object("name", name, "url", one.url(),
                "login", one.tokenFile() != null ? "token in " + one.tokenFile() : one.token() != null ? "token"
                : one.password() != null ? String.valueOf(one.user()) : null, "current",
                contexts.current().filter(name::equals).isPresent())));
        out().items(JsonTree.object("items", all), COLUMNS, "No contexts: agentdb-sync context add NAME --url URL");
        return done();
    }

    /** With the url and the login that the general options say. */
    @Command(name = "add", description = "Give the node at --url a name, with its --token-file, or its --user and"
            + " --password-file. What comes by - is kept, of a file its name.")
    int add(@Parameters(paramLabel = "NAME") String name) {
        GlobalOptions given = options();
        if (given.url == null) {
            throw new CommandFailure(Exit.USAGE, "say with --url where it is");
        }
        boolean typed = "-".equals(given.tokenFile);
        keep(name, new NamedNode(Target.url(given.url), given.tokenFile == null || typed ? null
                : Path.of(given.tokenFile).toAbsolutePath().toString(), typed ? Secrets.read("-") : null, given.user,
                given.passwordFile == null ? null : Secrets.read(given.passwordFile)));
        out().thing(JsonTree.object("added", name), () -> "Added " + name + ". To use it without saying --context:"
                + " agentdb-sync context use " + name);
        return done();
    }

    @Command(name = "use", description = "Mean that one where nothing else is said.")
    int use(@Parameters(paramLabel = "NAME") String name) {
        contexts().use(name);
        out().thing(JsonTree.object("using", name), () -> "Using " + Words.safe(name) + ".");
        return done();
    }

    @Command(name = "remove", description = "Forget one.")
    int remove(@Parameters(paramLabel = "NAME") String name) {
        contexts().remove(name);
        out().thing(JsonTree.object("removed", name), () -> "Removed " + Words.safe(name) + ".");
        return done();
    }

    static void keep(String name, NamedNode node) {
        if (!name.matches(NAME)) {
            throw new CommandFailure(Exit.USAGE, "'" + name + "' is no name for a context: letters, digits, - . _");
        }
        contexts().put(name, node);
    }

    static Contexts contexts() {
        return Contexts.of(Map.copyOf(System.getenv()), Path.of(System.getProperty("user.home")));
    }
}
