package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.output.TableColumn;
import io.agentdb.sync.cli.output.Words;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Open QUIC connections. */
@Command(name = "connections", description = "Open QUIC connections of all processes of the node.")
public final class ConnectionsVerb extends Verb implements Callable<Integer> {

    private static final List<TableColumn> COLUMNS = List.of(TableColumn.of("ID", "id"),
            TableColumn.of("DIRECTION", "direction"), TableColumn.of("ADDRESS", "address"),
            TableColumn.of("NODE", "nodeId"), TableColumn.of("CLIENT", "client"), TableColumn.time("SINCE", "since"),
            TableColumn.bytes("IN", "bytesIn"), TableColumn.bytes("OUT", "bytesOut"));

    @Override
    public Integer call() {
        return list();
    }

    @Command(name = "list", description = "All of them.")
    int list() {
        out().items(node().get("/connections"), COLUMNS, "No connections.");
        return done();
    }

    @Command(name = "drop", description = "Close one. Its client may come again, unless it is blocked.")
    int drop(@Parameters(paramLabel = "ID") String id) {
        node().delete(path("/connections/", id));
        out().thing(JsonTree.object("closed", id), () -> "Closed " + Words.safe(id)
                + ", or within seconds if another process of the node has it.");
        return done();
    }
}
