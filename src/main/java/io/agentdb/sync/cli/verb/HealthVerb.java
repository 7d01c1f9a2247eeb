package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.output.Words;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whether the node is well. */
@Command(name = "health", description = "Whether the node is well. Ends with 8 if it is not.")
public final class HealthVerb extends Verb implements Callable<Integer> {

    private static final long LOOK_MILLIS = 2_000;

    @Option(names = "--watch", description = "Go on until --timeout, or for ever, and say what has changed.")
    boolean watch;

    private String last = "";

    @Override
    public Integer call() {
        if (watch) {
            await(() -> {
                tell();
                return false;
            }, () -> "The --timeout has passed, and the node goes on.", LOOK_MILLIS);
        }
        JsonTree health = look();
        show(health);
        return (health.get("status").is("UP") ? Exit.DONE : Exit.NOT_ALL_WELL).status();
    }

    /** Each part's status counts, and not its details: a number in them changes at every look. */
    private void tell() {
        try {
            JsonTree health = look();
            String now = health.get("status").text() + health.get("components").members().entrySet().stream()
                    .map(one -> one.getKey() + one.getValue().get("status").text()).toList();
            if (!now.equals(last)) {
                last = now;
                out().note(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
                show(health);
            }
        } catch (CommandFailure e) {
            if (e.exit() != Exit.NO_NODE && e.exit() != Exit.FAILED) {
                throw e;
            }
            String now = String.valueOf(e.getMessage());
            if (!now.equals(last)) {
                last = now;
                out().note(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + now);
            }
        }
    }

    private void show(JsonTree health) {
        boolean up = health.get("status").is("UP");
        out().thing(health, () -> out().mark(health.get("status").text(), up) + health.get("components").members()
                .entrySet().stream().map(one -> "\n  " + one.getKey() + ": " + one.getValue().get("status").text()
                        + details(one.getValue())).collect(Collectors.joining()));
    }

    /** A node that is not well answers with 503 and says why. */
    private JsonTree look() {
        try {
            return node().get("/actuator/health");
        } catch (CommandFailure e) {
            JsonTree said = e.problem();
            if (said != null && !said.get("status").isNull() && said.get("type").isNull()) {
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
