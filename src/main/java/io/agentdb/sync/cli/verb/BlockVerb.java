package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.output.TableColumn;
import io.agentdb.sync.cli.output.Words;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a client in no more. */
@Command(name = "block", description = "Let a client in no more, and close its connections; without one, who is"
        + " blocked.")
public final class BlockVerb extends Verb implements Callable<Integer> {

    private static final List<TableColumn> COLUMNS = List.of(TableColumn.of("CLIENT", "client"),
            TableColumn.of("REASON", "reason"), TableColumn.time("SINCE", "blockedAt"));

    @Parameters(paramLabel = "CLIENT", arity = "0..1",
            description = "Its token's or certificate's name, as connections says it, or its address without a port.")
    @Nullable String client;
    @Option(names = "--reason", paramLabel = "TEXT")
    @Nullable String reason;

    @Override
    public Integer call() {
        String chosen = client;
        if (chosen == null) {
            out().items(node().get("/blocked"), COLUMNS, "Nobody is blocked.");
            return done();
        }
        node().put(path("/blocked/", chosen), JsonTree.object("reason", reason));
        out().thing(JsonTree.object("blocked", chosen), () -> "Blocked " + Words.safe(chosen) + ".");
        return done();
    }
}
