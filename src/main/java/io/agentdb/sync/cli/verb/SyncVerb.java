package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.client.Secrets;
import io.agentdb.sync.cli.shell.Moments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Synchronizes now. */
@Command(name = "sync", description = "Synchronize now, and wait for the end. Ends with 7 if a peer failed, with 8 if"
        + " conflicts stay open or records were set aside.")
public final class SyncVerb extends Verb implements Callable<Integer> {

    @Parameters(paramLabel = "PEER", arity = "0..*", description = "All peers if there is none.")
    List<String> peers = new ArrayList<>();
    @Option(names = "--type", split = ",", paramLabel = "KIND", description = "Of episodes, skills, edges.")
    @Nullable List<String> kinds;
    @Option(names = "--since", paramLabel = "TIME", converter = Moments.class,
            description = "What was written since then: 2026-11-30T12:00Z, or 2h ago.")
    @Nullable String since;
    @Option(names = "--filter", paramLabel = "NAME=VALUE", description = "Such as sessionId=s1, tags=a, minReward=0.5.")
    @Nullable Map<String, String> filters;
    @Option(names = "--strategy", paramLabel = "NAME", description = "How conflicts are decided: latest-wins,"
            + " local-wins, remote-wins, merge, or manual, which leaves them open.")
    @Nullable String strategy;
    @Option(names = "--direction", paramLabel = "both|push|pull", description = "push takes nothing from the peer, pull"
            + " sends nothing to it.")
    @Nullable String direction;
    @Option(names = "--dry-run", description = "Only say what it would do; nothing is written on either side.")
    boolean dryRun;
    @Option(names = "--batch-size", paramLabel = "N")
    @Nullable Integer batchSize;
    @Option(names = "--no-wait", description = "End as soon as it has begun.")
    boolean noWait;
    @Option(names = "--fail-on-conflicts", description = "End with 8 also where conflicts were resolved.")
    boolean failOnConflicts;

    @Override
    public Integer call() {
        if (peers.size() > 1) {
            // Before the first run begins: half of what was asked for would else be done.
            peers.forEach(peer -> node().get(path("/peers/", peer)));
        }
        List<JsonTree> runs = new ArrayList<>();
        if (peers.isEmpty()) {
            runs.addAll(begin(null));
        }
        peers.forEach(peer -> runs.addAll(begin(peer)));
        RunFollower follower = new RunFollower(node(), out(), runs);
        if (!noWait) {
            follower.await(this);
        }
        return follower.end(failOnConflicts);
    }

    @Command(name = "start-server", description = "AgentDB's: run a node. Comes first, before any option.")
    int startServer() {
        throw new CommandFailure(Exit.USAGE, "'sync start-server' comes first, before any option.");
    }

    @Command(name = "connect", description = "AgentDB's: add the node there as a peer, unless it is one, and ping it.")
    int connect(@Parameters(paramLabel = "HOST") String host, @Parameters(paramLabel = "PORT") int port,
            @Option(names = "--auth-token-file", paramLabel = "FILE", description =
                    "What to show to it; - for stdin. AgentDB's --auth-token would show it to every user of this"
                    + " machine.") @Nullable String tokenFile,
            @Option(names = "--fingerprint", paramLabel = "FP", description = "Of its certificate.")
            @Nullable String fingerprint) {
        String address = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        Optional<String> known = node().get("/peers").list().stream()
                .filter(peer -> peer.get("address").is(address)).map(peer -> peer.get("name").text()).findFirst();
        String name = known.orElseGet(() -> address.replaceAll("[^A-Za-z0-9.]+", "-").replaceAll("^-", ""));
        if (known.isEmpty()) {
            node().post("/peers", JsonTree.object("name", name, "address", address, "authToken",
                    tokenFile == null ? null : Secrets.read(tokenFile), "fingerprint", fingerprint));
        }
        JsonTree ping = node().post(path("/peers/", name) + "/ping", null);
        out().thing(ping, () -> "Connected to node " + ping.get("nodeId").text() + " at " + address + ", peer " + name
                + ".");
        return done();
    }

    @Command(name = "push", description = "AgentDB's: only send, to the peer at that address.")
    int push(@Option(names = "--server", required = true, paramLabel = "HOST:PORT") String server,
            @Option(names = "--incremental", description = "Is always so.") boolean incremental,
            @Option(names = "--filter", split = ",", paramLabel = "KIND", description = "Of episodes, skills, edges.")
            @Nullable List<String> only) {
        return oneWay(server, only, "push");
    }

    @Command(name = "pull", description = "AgentDB's: only take, from the peer at that address.")
    int pull(@Option(names = "--server", required = true, paramLabel = "HOST:PORT") String server,
            @Option(names = "--incremental", description = "Is always so.") boolean incremental,
            @Option(names = "--filter", split = ",", paramLabel = "KIND", description = "Of episodes, skills, edges.")
            @Nullable List<String> only) {
        return oneWay(server, only, "pull");
    }

    private int oneWay(String server, @Nullable List<String> only, String way) {
        String peer = node().get("/peers").list().stream().filter(one -> one.get("address").is(server))
                .map(one -> one.get("name").text()).findFirst().orElseThrow(() -> new CommandFailure(Exit.UNKNOWN,
                        "there is no peer at " + server + ": agentdb-sync sync connect HOST PORT"));
        peers = List.of(peer);
        kinds = only;
        direction = way;
        return call();
    }

    @Command(name = "status", description = "AgentDB's: as status.")
    int status() {
        StatusVerb status = new StatusVerb();
        status.spec = spec;
        return status.call();
    }

    private List<JsonTree> begin(@Nullable String peer) {
        Map<String, @Nullable Object> typed = new LinkedHashMap<>();
        if (filters != null) {
            filters.forEach((name, value) -> typed.put(name, value(value)));
        }
        return node().post("/sync", JsonTree.object("peer", peer, "kinds", kinds, "since", since, "filters",
                filters == null ? null : typed, "strategy", strategy, "batchSize", batchSize,
                "direction", direction, "dryRun", dryRun ? true : null)).get("items").list();
    }

    /** A number or a boolean where it looks like one. */
    static @Nullable Object value(String given) {
        return given.matches("true|false|-?\\d{1,15}(\\.\\d+)?|\\[.*]") ? JsonTree.parse(given).value() : given;
    }
}
