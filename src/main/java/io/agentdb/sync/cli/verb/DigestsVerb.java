package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.output.TableColumn;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What a memory is, in three lines. */
@Command(name = "digests", description = "Count and digest of each kind: equal on two nodes, equal memories.")
public final class DigestsVerb extends Verb implements Callable<Integer> {

    private static final List<TableColumn> COLUMNS = List.of(TableColumn.of("KIND", "kind"),
            TableColumn.number("RECORDS", "records"), TableColumn.of("DIGEST", "digest"));

    @Override
    public Integer call() {
        out().items(node().get("/digests"), COLUMNS, "");
        return done();
    }
}
