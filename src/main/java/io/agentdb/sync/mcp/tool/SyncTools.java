package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.coordinator.PeerPaused;
import io.agentdb.sync.coordinator.RequestedRuns;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.SyncLag;
import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.mcp.tool.Answer.Item;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Nearest;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.run.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** {@code sync_*}: how far this node and its peers have the same memory, and making it so. */
@Component
class SyncTools implements ToolSet {

    private static final int LONGEST_WAIT = 60;
    private static final int SHOWN = 300;
    private static final Argument PEER = Argument.text("peer", "One peer's name; without it, all of them");

    /** Each keeps a thread of the HTTP server, which others need. */
    private final Semaphore waiting = new Semaphore(10);
    private final Peers peers;
    private final SyncState state;
    private final SyncLag lag;
    private final PeerPauses pauses;
    private final SyncCoordinator coordinator;
    private final RequestedRuns requested;

    SyncTools(Peers peers, SyncState state, SyncLag lag, PeerPauses pauses, SyncCoordinator coordinator,
            RequestedRuns requested) {
        this.peers = peers;
        this.state = state;
        this.lag = lag;
        this.pauses = pauses;
        this.coordinator = coordinator;
        this.requested = requested;
    }

    @Override
    public List<Tool> tools() {
        return List.of(
                new Tool("sync_status", "Tell of each peer until when both have the same memory, what waits to be sent,"
                        + " and what failed last.", Effect.READS, List.of(PEER), this::status),
                new Tool("sync_now", "Synchronize with a peer or with all, in both directions, and wait a while for"
                        + " the report. What others have deleted is deleted here, too.", Effect.EXCHANGES, List.of(
                        PEER, Argument.whole("wait_seconds", "How long to wait; the run goes on after that").or(20)
                                .from(0, LONGEST_WAIT)), this::sync));
    }

    private Answer status(Given given, Agent agent) {
        List<Peer> chosen = chosen(given);
        Map<String, SyncState.PeerState> states = state.all().stream()
                .collect(Collectors.toMap(SyncState.PeerState::peer, one -> one));
        Map<String, Long> waiting = lag.all().stream()
                .collect(Collectors.groupingBy(SyncLag.PeerLag::peerNode,
                Collectors.summingLong(SyncLag.PeerLag::backlog)));
        PeerPauses.Pauses paused = pauses.now();
        List<Item> entries = chosen.stream().map(peer -> entry(peer, Optional.ofNullable(
                states.get(peer.name().text())), waiting, paused.of(peer.name()))).toList();
        boolean auto = coordinator.autoSync();
        return Answer.of("🔄 " + entries.size() + " peers, automatic sync is " + (auto ? "on" : "off"))
                .with("automatic", auto).list("peers", entries, "sync_status of one peer tells of it");
    }

    private static Item entry(Peer peer, Optional<SyncState.PeerState> state, Map<String, Long> waiting,
            Optional<PeerPauses.PeerPause> paused) {
        String name = peer.name().text();
        Map<String, Object> fields = new LinkedHashMap<>(Map.of("peer", name));
        StringBuilder text = new StringBuilder("• " + name);
        paused.ifPresent(pause -> fields.put("paused", pause.words()));
        state.ifPresentOrElse(known -> {
            put(fields, "node", known.nodeId());
            put(fields, "inSyncAsOf", known.inSyncAsOf());
            put(fields, "lastSyncAt", known.lastSyncAt());
            put(fields, "waitingToBeSent", known.nodeId() == null ? null : waiting.getOrDefault(known.nodeId(), 0L));
            put(fields, "failuresInARow", known.failuresInARow() == 0 ? null : known.failuresInARow());
            put(fields, "lastError", known.lastError() == null ? null : Preview.line(known.lastError(), SHOWN));
            put(fields, "nextTryAt", known.nextAttemptAt());
        }, () -> fields.put("lastSyncAt", "never"));
        fields.forEach((key, value) -> text.append(key.equals("peer") ? "" : "\n   " + key + ": " + value));
        return new Item(name, text.toString(), fields);
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value instanceof Instant time ? time.toString() : value);
        }
    }

    private Answer sync(Given given, Agent agent) {
        List<SyncRun> runs = start(given);
        await(runs, Duration.ofSeconds(given.whole("wait_seconds")));
        List<Item> entries = runs.stream().map(SyncTools::entry).toList();
        long under = runs.stream().filter(run -> run.state() == SyncRun.State.RUNNING).count();
        long failed = runs.stream().filter(run -> run.state() == SyncRun.State.FAILED).count();
        return Answer.of("🔄 " + (runs.size() - under - failed) + " of " + runs.size() + " syncs done, " + failed
                + " failed, " + under + " go on").with("underWay", under).with("failed", failed)
                .list("runs", entries, "sync_now with one peer tells of it");
    }

    private void await(List<SyncRun> runs, Duration patience) {
        if (!waiting.tryAcquire()) {
            return;
        }
        long until = System.nanoTime() + patience.toNanos();
        try {
            for (SyncRun run : runs) {
                run.await(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            // The node stops: the runs go on in its next life, and the caller hears that they do.
            Thread.currentThread().interrupt();
        } finally {
            waiting.release();
        }
    }

    private static Item entry(SyncRun run) {
        String peer = run.peer().text();
        SyncReport report = run.report();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run", run.id().toString());
        fields.put("peer", peer);
        fields.put("state", run.state().name().toLowerCase(Locale.ROOT));
        String told = "goes on; sync_status tells of it";
        if (report != null) {
            fields.put("sent", report.itemsPushed());
            fields.put("received", report.itemsPulled());
            fields.put("conflicts", report.conflictsDetected());
            fields.put("setAside", report.itemsQuarantined());
            told = "sent " + report.itemsPushed() + ", received " + report.itemsPulled() + ", conflicts "
                    + report.conflictsDetected();
            if (!report.success()) {
                String why = Preview.line(String.join("; ", report.errors()), SHOWN);
                fields.put("error", why);
                told = "failed: " + why;
            }
        }
        return new Item(peer, "• " + peer + ": " + told, fields);
    }

    /** An agent wakes nobody whom a person has paused. */
    private List<SyncRun> start(Given given) {
        List<Peer> chosen = chosen(given);
        boolean one = given.optionalText("peer").isPresent();
        try {
            return one ? List.of(requested.start(chosen.get(0), RunOptions.DEFAULT))
                    : requested.start(chosen, RunOptions.DEFAULT);
        } catch (PeerPaused e) {
            throw new InvalidInput(one ? "peer" : "", e.pause().map(pause -> "is " + pause.words())
                    .orElse("every peer is paused")
                    + ": an operator ends that by POST /peers/{name}/resume or POST /peers/resume");
        }
    }

    private List<Peer> chosen(Given given) {
        List<Peer> all = peers.all();
        if (all.isEmpty()) {
            throw new InvalidInput("", "this node has no peers: an operator adds one by POST /peers or in"
                    + " agentdb.peers");
        }
        List<String> names = all.stream().map(peer -> peer.name().text()).toList();
        return given.optionalText("peer").map(name -> all.stream().filter(peer -> peer.name().text().equals(name))
                .toList()).map(chosen -> {
                    if (chosen.isEmpty()) {
                        throw new InvalidInput("peer", "is none of this node's" + Nearest.hint(given.text("peer"),
                                names)
                                + "; they are " + Preview.cut(String.join(", ", names), Preview.LENGTH));
                    }
                    return chosen;
                }).orElseGet(() -> {
                    List<Peer> dialled = all.stream().filter(peer -> !peer.onlyTheyDial()).toList();
                    if (dialled.isEmpty()) {
                        throw new InvalidInput("", "this node has reached none of its peers yet, and is synchronized"
                                + " when they dial");
                    }
                    return dialled;
                });
    }
}
