package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.output.TableColumn;
import io.agentdb.sync.cli.output.Words;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Other nodes, whether they are peers still or not. */
@Command(name = "nodes", description = "The nodes that this one has synchronized with.")
public final class NodesVerb extends Verb implements Callable<Integer> {

    private static final List<TableColumn> COLUMNS = List.of(TableColumn.of("NODE", "nodeId"),
            TableColumn.time("LAST", "lastMoved"), TableColumn.number("HOLDS BACK", "holdsBack"),
            TableColumn.of("CREDENTIAL", "credential"));

    @Override
    public Integer call() {
        return list();
    }

    @Command(name = "list", description = "All of them.")
    int list() {
        out().items(node().get("/nodes"), COLUMNS, "No other node has come yet.");
        return done();
    }

    @Command(name = "retire", description = "Wait no longer for a node that will not come back.")
    int retire(@Parameters(paramLabel = "NODE") String id,
            @Option(names = "--yes", description = "Without asking.") boolean yes) {
        confirm(yes, "Wait no longer for " + Words.safe(id) + "? If it comes back, it reads everything anew.");
        node().post(path("/nodes/", id) + "/retire", null);
        out().thing(JsonTree.object("retired", id), () -> "Retired " + Words.safe(id) + ".");
        return done();
    }
}
