package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.output.Words;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Whether the node is well. */
@Command(name = "health", description = "Whether the node is well. Ends with 8 if it is not.")
public final class HealthVerb extends Verb implements Callable<Integer> {

    @Override
    public Integer call() {
        JsonTree health = look();
        boolean up = health.get("status").is("UP");
        out().thing(health, () -> out().mark(health.get("status").text(), up) + health.get("components").members()
                .entrySet().stream().map(one -> "\n  " + one.getKey() + ": " + one.getValue().get("status").text()
                        + details(one.getValue())).collect(Collectors.joining()));
        return (up ? Exit.DONE : Exit.NOT_ALL_WELL).status();
    }

    /** A node that is not well answers with 503 and says why. */
    private JsonTree look() {
        try {
            return node().get("/actuator/health");
        } catch (CommandFailure e) {
            JsonTree said = e.problem();
            if (said != null && !said.get("components").isNull()) {
                return said;
            }
            throw e;
        }
    }

    private static String details(JsonTree part) {
        String details = Words.cut(Words.safe(part.get("details").members().entrySet().stream()
                .map(one -> one.getKey() + " " + one.getValue().text()).collect(Collectors.joining(", "))), 120);
        return details.isEmpty() ? "" : " (" + details + ")";
    }
}
