package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.output.Words;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lets a client in again. */
@Command(name = "unblock", description = "Let a client in again.")
public final class UnblockVerb extends Verb implements Callable<Integer> {

    @Parameters(paramLabel = "CLIENT")
    String client = "";

    @Override
    public Integer call() {
        node().delete(path("/blocked/", client));
        out().thing(JsonTree.object("unblocked", client), () -> Words.safe(client) + " may come again.");
        return done();
    }
}
