package io.agentdb.sync.web.sync;

import io.agentdb.sync.coordinator.PeerPaused;
import io.agentdb.sync.coordinator.RequestedRuns;
import io.agentdb.sync.coordinator.RunRecord;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.coordinator.SyncRuns;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncState;
import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import io.agentdb.sync.web.request.GivenTime;
import io.agentdb.sync.web.sync.RunView.Runs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Starting synchronizations, and following them. */
@RestController
@RequestMapping("/sync")
@Tag(name = "sync")
class SyncController {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(30);

    record Auto(@Nullable Boolean enabled) { }

    /** Each holds a connection, for as long as its run takes. */
    private final ConcurrencyLimit followers = new ConcurrencyLimit(100, "followers of runs");
    private final SyncCoordinator coordinator;
    private final RequestedRuns requested;
    private final DryRunStarts dryRuns;
    private final Peers peers;
    private final SyncRuns runs;
    private final SyncState state;

    SyncController(SyncCoordinator coordinator, RequestedRuns requested, DryRunStarts dryRuns, Peers peers,
            SyncRuns runs, SyncState state) {
        this.coordinator = coordinator;
        this.requested = requested;
        this.dryRuns = dryRuns;
        this.peers = peers;
        this.runs = runs;
        this.state = state;
    }

    @PostMapping
    @Operation(operationId = "startSync", summary = "Synchronize with one peer or with all",
            description = "202 with the runs to follow. With ?wait=true, the reports once all are done (502 if one"
            + " failed, 409 if one was cancelled and none failed), or 202 with the runs as they stand if one still"
            + " goes on then. 409 for a paused peer; of all, paused ones are left out. With dryRun, nothing is written"
            + " on either side, and the report's forecast says per kind what a run would do; open to viewers. A run"
            + " goes on under its id when its process ends, in another process of this node or in the next one.")
    @AnswersWith({202, 200, 404, 409, 429, 502})
    ResponseEntity<Runs> sync(@RequestBody(required = false) @Nullable SyncRequest request,
            @RequestParam(defaultValue = "false") boolean wait,
            @Parameter(description = "How long to wait at most: 30s, 5m; 30m if it is not given.")
            @RequestParam(name = "for", required = false) @Nullable String time) throws InterruptedException {
        if (time != null && !wait) {
            throw Refusal.badRequest("for goes with wait=true: it says how long to wait");
        }
        Duration patience = Objects.requireNonNullElse(
                GivenTime.of(time, "for", Duration.ofSeconds(1), LONGEST_WAIT, "from 1s to 30m"), LONGEST_WAIT);
        SyncRequest asked = request == null ? SyncRequest.EVERYTHING : request;
        if (!asked.dry()) {
            SignedIn.now().operating();
        }
        List<SyncRun> started = start(asked);
        if (wait) {
            long end = System.nanoTime() + patience.toNanos();
            for (SyncRun run : started) {
                run.await(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
        }
        // As one moment has them: a run that ends meanwhile would else be done and go on.
        List<RunView> views = RunView.of(started);
        if (!wait || views.stream().anyMatch(run -> run.state() == SyncRun.State.RUNNING)) {
            return ResponseEntity.accepted().location(URI.create("/sync/runs/" + started.get(0).id()))
                    .body(Runs.of(views));
        }
        if (views.stream().allMatch(run -> run.state() == SyncRun.State.SUCCEEDED)) {
            return ResponseEntity.ok(Runs.of(views));
        }
        if (views.stream().noneMatch(run -> run.state() == SyncRun.State.FAILED)) {
            throw Refusal.of(HttpStatus.CONFLICT, "sync-cancelled", RunView.failures(views), Map.of("runs", views));
        }
        throw Refusal.of(HttpStatus.BAD_GATEWAY, "sync-failed", RunView.failures(views), Map.of("runs", views));
    }

    @GetMapping("/runs")
    @Operation(operationId = "listRuns", summary = "The last runs of this node, in whichever process, oldest first")
    Runs all() {
        return Runs.of(runs.all().stream().map(RunView::of).toList());
    }

    @GetMapping("/runs/{id}")
    @Operation(operationId = "getRun", summary = "One run: its phases so far, and its report once it is done",
            description = "Of a run that another process of this node makes, the phases are some seconds old.")
    RunView one(@PathVariable UUID id) {
        return RunView.of(runs.find(id).orElseThrow(() -> unknown(id)));
    }

    @DeleteMapping("/runs/{id}")
    @Operation(operationId = "cancelRun", summary = "End a run after the batch at hand",
            description = "202 with the run as it stands; its state is CANCELLED once it has ended, some seconds later"
            + " if another process of this node makes it. What was exchanged stays, and the next run goes on from"
            + " there. 409 if it has ended. An automatic run comes again: POST /peers/{name}/pause keeps it away.")
    @AnswersWith({202, 409})
    ResponseEntity<RunView> cancel(@PathVariable UUID id) {
        RunRecord run = runs.find(id).orElseThrow(() -> unknown(id));
        if (run.report() != null) {
            throw Refusal.of(HttpStatus.CONFLICT, "run-ended", "run " + id + " with " + run.peer()
                    + " has ended: there is nothing to cancel");
        }
        runs.cancel(id, "cancelled by " + SignedIn.now().name());
        return ResponseEntity.accepted().body(RunView.of(runs.find(id).orElse(run)));
    }

    @GetMapping(path = "/runs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(operationId = "followRun",
            summary = "A run's progress as server-sent events, ended by an event named report",
            description = "Of a run that another process of this node makes, an event comes every few seconds at"
            + " most. 429 while 100"
                    + " follow runs of this process: ask GET /sync/runs/{id} then.")
    @AnswersWith(429)
    SseEmitter events(@PathVariable UUID id) {
        SyncRun run = runs.follow(id).orElseThrow(() -> unknown(id));
        ConcurrencyLimit.Taken place = followers.take();
        SseEmitter emitter = new SseEmitter(LONGEST_WAIT.toMillis());
        emitter.onCompletion(place::close);
        run.watch(progress -> send(emitter, "progress", progress), report -> {
            send(emitter, "report", report);
            emitter.complete();
            // Of a run that has ended before, nobody is told of the completion.
            place.close();
        });
        return emitter;
    }

    @GetMapping("/state")
    @Operation(operationId = "getSyncState",
            summary = "sync_state: what has been synchronized with whom, and the last error")
    List<SyncState.PeerState> state() {
        return state.all();
    }

    @PutMapping("/auto")
    @Operation(operationId = "setAutoSync", summary = "Switch automatic sync on or off, on every process of this node",
            description = "Kept in the database: it holds on after a restart, whatever agentdb.sync.auto says.")
    Auto auto(@RequestBody Auto wanted) {
        if (wanted.enabled() == null) {
            throw Refusal.badRequest("say {\"enabled\": true} or {\"enabled\": false}");
        }
        if (wanted.enabled()) {
            coordinator.startAutoSync();
        } else {
            coordinator.stopAutoSync();
        }
        return new Auto(coordinator.autoSync());
    }

    /** Of all, those that are not paused; a dry run only looks, whoever is paused. */
    private List<SyncRun> start(SyncRequest asked) {
        RunOptions options = asked.options();
        String name = asked.peer();
        List<Peer> chosen = name == null ? dialled()
                : List.of(peers.find(new PeerName(name)).orElseThrow(() -> PeerView.unknown(name)));
        if (asked.dry()) {
            return chosen.stream().map(peer -> dryRuns.start(peer, options)).toList();
        }
        try {
            return name == null ? requested.start(chosen, options)
                    : List.of(requested.start(chosen.get(0), options));
        } catch (PeerPaused e) {
            throw PeerView.paused(e, chosen.get(0));
        }
    }

    private List<Peer> dialled() {
        List<Peer> all = peers.all();
        if (all.isEmpty()) {
            throw Refusal.of(HttpStatus.CONFLICT, "no-peers",
                    "this node has no peers: add one with POST /peers, or configure agentdb.peers");
        }
        List<Peer> dialled = all.stream().filter(peer -> !peer.onlyTheyDial()).toList();
        if (dialled.isEmpty()) {
            throw Refusal.of(HttpStatus.CONFLICT, "only-they-dial", "this node has reached none of its peers yet, and"
                    + " is synchronized when they dial; name one to try it all the same");
        }
        return dialled;
    }

    private static Refusal unknown(UUID id) {
        return Refusal.of(HttpStatus.NOT_FOUND, "unknown-run",
                "there is no run " + id + "; GET /sync/runs lists those that this node remembers");
    }

    private static void send(SseEmitter emitter, String name, Object data) {
        try {
            emitter.send(SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON));
        } catch (IOException | IllegalStateException gone) {
            // The listener went away; the run goes on without it.
            emitter.completeWithError(gone instanceof IOException io ? new UncheckedIOException(io) : gone);
        }
    }
}
