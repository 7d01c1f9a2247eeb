package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Switches automatic sync. */
@Command(name = "auto", description = "Switch automatic sync on or off, for every process of the node and for good.")
public final class AutoVerb extends Verb implements Callable<Integer> {

    @Parameters(paramLabel = "on|off")
    String wanted = "";

    @Override
    public Integer call() {
        if (!wanted.equals("on") && !wanted.equals("off")) {
            throw new CommandFailure(Exit.USAGE, "say on or off, not '" + wanted + "'");
        }
        JsonTree now = node().put("/sync/auto", JsonTree.object("enabled", wanted.equals("on")));
        out().thing(now, () -> "Automatic sync is " + (now.get("enabled").yes() ? "on." : "off."));
        return done();
    }
}
