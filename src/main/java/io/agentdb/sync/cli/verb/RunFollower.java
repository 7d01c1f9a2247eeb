package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.client.NodeClient;
import io.agentdb.sync.cli.output.Printer;
import io.agentdb.sync.cli.output.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at runs until all have ended, and says how they go on. Used by one thread. */
final class RunFollower {

    private static final long LINE_NANOS = 10_000_000_000L;
    /** Nothing that another node has to do with. */
    private static final Set<String> OUR_OWN = Set.of("local-database", "internal");

    private final NodeClient node;
    private final Printer out;
    private final boolean bar;
    private final Map<String, JsonTree> seen = new HashMap<>();
    private List<JsonTree> runs;
    private long said = System.nanoTime();

    /** @param runs as the node has begun them */
    RunFollower(NodeClient node, Printer out, List<JsonTree> runs) {
        this.node = node;
        this.out = out;
        this.runs = runs;
        this.bar = !out.quiet() && out.forPeople() && Printer.isTerminal();
    }

    /** One look: whether all have ended. */
    boolean ended() {
        List<JsonTree> now = new ArrayList<>();
        for (JsonTree run : runs) {
            now.add(isRunning(run) ? node.get("/sync/runs/" + run.get("id").text()) : run);
        }
        runs = now;
        runs.forEach(this::tell);
        return runs.stream().noneMatch(RunFollower::isRunning);
    }

    List<JsonTree> runs() {
        return runs;
    }

    /** For whoever stops waiting. */
    String goesOn() {
        return "Sync goes on: " + runs.stream().filter(RunFollower::isRunning)
                .map(run -> "agentdb-sync runs follow " + run.get("id").text()).collect(Collectors.joining(", "))
                + " (or runs cancel)";
    }

    static boolean isRunning(JsonTree run) {
        return run.get("state").is("RUNNING");
    }

    private void tell(JsonTree run) {
        List<JsonTree> phases = run.get("progress").list();
        JsonTree last = phases.isEmpty() ? new JsonTree(null) : phases.get(phases.size() - 1);
        if (last.isNull() || last.equals(seen.put(run.get("id").text(), last))) {
            return;
        }
        JsonTree event = JsonTree.object("run", run.get("id").text(), "peer", run.get("peer").text(), "phase",
                last.get("phase").text(), "kind", last.get("kind").value(), "current", last.get("current").value(),
                "total", last.get("total").value());
        out.event(event);
        String line = Words.safe(run.get("peer").text()) + ": " + last.get("phase").text().toLowerCase(
                Locale.ROOT) + " " + Words.number(last.get("current").number()) + " of "
                + Words.number(last.get("total").number());
        if (bar) {
            out.stderr().print("\r\033[K" + (isRunning(run) ? line : ""));
        } else if (isRunning(run) && System.nanoTime() - said > LINE_NANOS) {
            said = System.nanoTime();
            out.note(line);
        }
    }

    /** What came of it, and what the process ends with. */
    int end(boolean failOnConflicts) {
        JsonTree failure = runs.stream().map(run -> run.at("report.failure")).filter(one -> !one.isNull()).findFirst()
                .orElse(new JsonTree(null));
        boolean failed = runs.stream().anyMatch(run -> run.get("state").is("FAILED"));
        boolean cancelled = runs.stream().anyMatch(run -> run.get("state").is("CANCELLED"));
        long open = sum("conflictsDetected") - sum("conflictsResolved");
        out.thing(JsonTree.object("runs", runs, "failure", failure.value()), () -> runs.stream()
                .map(RunFollower::line).collect(Collectors.joining("\n")));
        if (failed) {
            return (OUR_OWN.contains(failure.text()) ? Exit.FAILED : Exit.PEER_FAILED).status();
        }
        if (cancelled) {
            return Exit.CHANGED.status();
        }
        boolean well = sum("itemsQuarantined") == 0 && (!failOnConflicts || sum("conflictsDetected") == 0)
                && open <= 0;
        return (well ? Exit.DONE : Exit.NOT_ALL_WELL).status();
    }

    private long sum(String member) {
        return runs.stream().mapToLong(run -> run.get("report").get(member).number()).sum();
    }

    private static String line(JsonTree run) {
        JsonTree report = run.get("report");
        String peer = Words.safe(run.get("peer").text()) + ": ";
        if (report.isNull()) {
            return peer + run.get("state").text().toLowerCase(Locale.ROOT) + ", run " + run.get("id").text();
        }
        String errors = report.get("errors").list().stream().map(error -> Words.safe(error.text()))
                .collect(Collectors.joining("; "));
        if (!report.get("success").yes()) {
            return peer + (run.get("state").is("CANCELLED") ? "ended: " : "failed (" + report.get("failure").text()
                    + "): ") + errors;
        }
        if (run.get("dryRun").yes()) {
            return peer + report.get("forecast").list().stream().map(RunFollower::forecast)
                    .collect(Collectors.joining("; "));
        }
        return peer + Words.number(report.get("itemsPushed").number()) + " pushed, "
                + Words.number(report.get("itemsPulled").number()) + " pulled, "
                + Words.count(report.get("conflictsDetected").number(), "conflict")
                + (report.get("conflictsDetected").number() > 0 ? " (" + Words.number(report.get("conflictsResolved")
                        .number()) + " resolved" + open(report) + ")" : "")
                + (report.get("itemsQuarantined").number() > 0 ? ", " + Words.number(report.get("itemsQuarantined")
                        .number()) + " set aside" : "")
                + ", " + Words.bytes(report.get("bytesTransferred").number()) + " in "
                + Words.seconds(report.get("durationMs").number() / 1000.0) + (errors.isEmpty() ? "" : "; " + errors);
    }

    private static String open(JsonTree report) {
        long open = report.get("conflictsDetected").number() - report.get("conflictsResolved").number();
        return open > 0 ? ", " + Words.number(open) + " open" : "";
    }

    private static String forecast(JsonTree kind) {
        return "would push " + Words.number(kind.get("push").number()) + " and pull "
                + Words.number(kind.get("pull").number()) + " " + kind.get("kind").text()
                + ", deleting " + Words.number(kind.get("deletedThere").number()) + " there and "
                + Words.number(kind.get("deletedHere").number()) + " here; both sides changed "
                + Words.number(kind.get("bothChanged").number());
    }

    /** Says, if the process is ended meanwhile, that the runs are not. */
    void await(Verb verb) {
        Thread hook = new Thread(() -> out.stderr().println("\n" + goesOn()));
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            verb.await(this::ended, () -> "Not done within the --timeout. " + goesOn());
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is being ended, and the hook has said so.
            }
        }
    }
}
