package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.output.TableColumn;
import io.agentdb.sync.cli.output.Words;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The runs that the node remembers. */
@Command(name = "runs", description = "The last runs, oldest first.")
public final class RunsVerb extends Verb implements Callable<Integer> {

    private static final List<TableColumn> COLUMNS = List.of(TableColumn.of("ID", "id"), TableColumn.of("PEER", "peer"),
            TableColumn.of("STATE", "state"), TableColumn.time("STARTED", "startedAt"),
            TableColumn.number("PUSHED", "report.itemsPushed"), TableColumn.number("PULLED", "report.itemsPulled"),
            TableColumn.number("CONFLICTS", "report.conflictsDetected"), TableColumn.of("FAILURE", "report.failure"));

    @Override
    public Integer call() {
        return list();
    }

    @Command(name = "list", description = "The last runs, oldest first.")
    int list() {
        out().items(JsonTree.object("items", node().get("/sync/runs").get("items").value()), COLUMNS, "No run yet.");
        return done();
    }

    @Command(name = "show", description = "One run, as it stands.")
    int show(@Parameters(paramLabel = "ID") String id) {
        RunFollower follower = follower(id);
        follower.end(false);
        return done();
    }

    @Command(name = "follow", description = "Wait for the end of a run. Ends as sync does.")
    int follow(@Parameters(paramLabel = "ID") String id) {
        RunFollower follower = follower(id);
        follower.await(this);
        return follower.end(false);
    }

    @Command(name = "cancel", description = "End a run after the batch at hand. Nothing is lost: the next goes on.")
    int cancel(@Parameters(paramLabel = "ID") String id) {
        JsonTree run = node().delete(path("/sync/runs/", id));
        out().thing(run, () -> "The run with " + Words.safe(run.get("peer").text()) + " ends after the batch at hand.");
        return done();
    }

    private RunFollower follower(String id) {
        return new RunFollower(node(), out(), List.of(node().get(path("/sync/runs/", id))));
    }
}
