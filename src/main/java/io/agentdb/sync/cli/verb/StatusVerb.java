package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.output.Words;
import io.agentdb.sync.cli.shell.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whether all is in sync, with whom not, and why. */
@Command(name = "status", description = "Whether this node and its peers are in sync. Ends with 8 if they are not.")
public final class StatusVerb extends Verb implements Callable<Integer> {

    /** What to wait for. */
    enum Goal { IN_SYNC, READY }

    /** So many refused logins: some ten seconds. */
    private static final int PATIENCE = 20;

    @Option(names = "--wait", paramLabel = "in-sync|ready", description = "Wait until that is so, or --timeout passes.")
    @Nullable String wanted;
    @Option(names = "--max-lag", paramLabel = "TIME", converter = Durations.class,
            description = "In sync is only what was so within that time.")
    @Nullable Duration maxLag;

    private int turnedAway;

    @Override
    public Integer call() {
        Goal goal = goal();
        JsonTree[] found = new JsonTree[1];
        if (goal == null) {
            found[0] = look();
        } else {
            await(() -> {
                found[0] = patiently(goal);
                return found[0] != null && (goal == Goal.READY || found[0].get("inSync").yes());
            }, () -> "Not " + wanted + " within the --timeout.");
        }
        out().thing(found[0], () -> screen(found[0]));
        boolean well = found[0].get("inSync").yes() && (goal != null || found[0].get("quarantined").number() == 0);
        return (goal == Goal.READY || well ? Exit.DONE : Exit.NOT_ALL_WELL).status();
    }

    private @Nullable Goal goal() {
        if (wanted == null) {
            return null;
        }
        return switch (wanted) {
            case "in-sync" -> Goal.IN_SYNC;
            case "ready" -> Goal.READY;
            default -> throw new CommandFailure(Exit.USAGE, "--wait waits for in-sync or ready, not for '" + wanted
                    + "'");
        };
    }

    /** Null while a node that is waited for is not there yet. */
    private @Nullable JsonTree patiently(Goal goal) {
        try {
            return look();
        } catch (CommandFailure e) {
            // One that has just come answers a moment before it has put down how to log in.
            boolean comes = e.exit() == Exit.NO_NODE || e.exit() == Exit.FAILED
                    || e.exit() == Exit.NOT_LET_IN && turnedAway++ < PATIENCE;
            if (goal == Goal.READY && comes) {
                return null;
            }
            throw e;
        }
    }

    /** What the node says, with what follows from it. */
    private JsonTree look() {
        JsonTree status = node().get("/status");
        JsonTree peers = node().get("/peers");
        List<Object> found = new ArrayList<>();
        boolean all = true;
        for (JsonTree peer : peers.list()) {
            if (!peer.get("self").yes()) {
                JsonTree one = peer(peer, status.get("sync"));
                // Whether that one is in sync, it alone knows.
                all &= one.get("inSync").yes() || peer.get("dials").is("they");
                found.add(one);
            }
        }
        Map<String, @Nullable Object> whole = new LinkedHashMap<>();
        // As long as a conflict is open, the nodes do not hold the same. Of a record in quarantine a comparison may
        // have found since that they do.
        whole.put("inSync", all && status.get("openConflicts").number() == 0);
        whole.put("peers", found);
        status.members().forEach((name, value) -> whole.put(name, value.value()));
        return new JsonTree(whole);
    }

    private JsonTree peer(JsonTree peer, JsonTree sync) {
        JsonTree state = sync.get("state").list().stream()
                .filter(one -> one.get("peer").is(peer.get("name").text())).findFirst().orElse(new JsonTree(null));
        long waiting = sync.get("backlog").list().stream()
                .filter(one -> !state.isNull() && one.get("peerNode").is(state.get("nodeId").text()))
                .mapToLong(one -> one.get("backlog").number()).sum();
        JsonTree asOf = state.get("inSyncAsOf");
        JsonTree paused = peer.get("paused");
        String why = !paused.isNull() ? "paused by " + paused.get("who").text()
                : peer.get("dials").is("they") ? "only it dials"
                : !state.get("lastFailure").isNull() ? state.get("lastFailure").text()
                : asOf.isNull() && state.get("lastSyncAt").isNull() ? "never in sync yet"
                : asOf.isNull() ? "synchronized, and not known to hold the same" : waiting > 0 ? "records wait"
                : maxLag != null && Instant.parse(asOf.text()).isBefore(Instant.now().minus(maxLag)) ? "lags behind"
                : "";
        return JsonTree.object("peer", peer.get("name").text(), "address", peer.get("address").text(), "inSync",
                why.isEmpty(), "state", why.isEmpty() ? "in sync" : why, "waiting", waiting, "inSyncAsOf",
                asOf.value(), "lastSyncAt", state.get("lastSyncAt").value(), "lastError",
                state.get("lastError").value(), "nextAttemptAt", state.get("nextAttemptAt").value());
    }

    private String screen(JsonTree status) {
        List<JsonTree> peers = status.get("peers").list();
        List<JsonTree> behind = peers.stream().filter(peer -> !peer.get("inSync").yes()
                && !peer.get("state").is("only it dials")).toList();
        List<String> lines = new ArrayList<>();
        lines.add("Node " + status.get("nodeId").text() + ": " + (peers.isEmpty()
                ? "no peers yet (agentdb-sync peers invite, or peers join)"
                : status.get("inSync").yes() ? out().mark("in sync", true) + " with "
                        + Words.count(peers.size(), "peer")
                : behind.isEmpty() ? out().mark("not in sync", false) + ": what follows needs a person"
                : out().mark("not in sync", false) + " with " + behind.stream()
                        .map(peer -> Words.safe(peer.get("peer").text())).collect(Collectors.joining(", "))));
        lines.add("Records: " + status.get("records").members().entrySet().stream()
                .map(kind -> Words.number(kind.getValue().number()) + " " + kind.getKey())
                .collect(Collectors.joining(", ")) + ". Automatic sync is "
                + (status.at("sync.auto").yes() ? "on." : "off (agentdb-sync auto on)."));
        count(lines, status.get("openConflicts"), "open conflict", "conflicts list --open");
        count(lines, status.get("quarantined"), "record in quarantine", "quarantine");
        double held = status.at("feed.heldBackForSeconds").decimal();
        if (held >= 10) {
            lines.add("Held back for " + Words.seconds(held) + " by "
                    + Words.safe(status.at("feed.heldBackBy").text()));
        }
        for (JsonTree peer : peers) {
            lines.add("  " + Words.safe(peer.get("peer").text() + ": " + peer.get("state").text())
                    + (peer.get("waiting").number() > 0 ? ", " + Words.count(peer.get("waiting").number(), "record")
                            + " to go" : "")
                    + (peer.get("inSyncAsOf").isNull() ? "" : ", as of " + Words.ago(peer.get("inSyncAsOf").text()))
                    + (peer.get("lastError").isNull() ? "" : ": " + Words.safe(peer.get("lastError").text()))
                    + (peer.get("nextAttemptAt").isNull() || !status.at("sync.auto").yes() ? "" : "; next try "
                            + Words.ago(peer.get("nextAttemptAt").text())));
        }
        return String.join("\n", lines);
    }

    private static void count(List<String> lines, JsonTree number, String one, String verb) {
        if (number.number() > 0) {
            lines.add(Words.count(number.number(), one) + ": agentdb-sync " + verb);
        }
    }
}
