package io.agentdb.sync.ui.mesh;

import io.agentdb.sync.coordinator.PeerPaused;
import io.agentdb.sync.coordinator.RequestedRuns;
import io.agentdb.sync.coordinator.RunRecord;
import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.coordinator.SyncRuns;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.input.Timestamps;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.peers.SelectionParser;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.RunDirection;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.ui.Notes;
import io.agentdb.sync.ui.words.PeerStanding;
import io.agentdb.sync.ui.words.Wording;
import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.sync.DryRunStarts;
import io.agentdb.sync.web.watch.Snapshots;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** Starting runs, following them, and what became of earlier ones. */
@Controller
class SyncPages {

    private static final int SHOWN = 100;

    private final RequestedRuns requested;
    private final DryRunStarts dryRuns;
    private final SyncRuns runs;
    private final Peers peers;
    private final Snapshots snapshots;

    SyncPages(RequestedRuns requested, DryRunStarts dryRuns, SyncRuns runs, Peers peers, Snapshots snapshots) {
        this.requested = requested;
        this.dryRuns = dryRuns;
        this.runs = runs;
        this.peers = peers;
        this.snapshots = snapshots;
    }

    @GetMapping("/ui/sync")
    String page(@RequestParam(defaultValue = "") String peer, @RequestParam(defaultValue = "") String state,
            Model model) {
        history(peer, state, model);
        model.addAllAttributes(Map.of("active", "sync", "peers", peers.all().stream().map(Peer::name).toList(),
                "kinds", Kind.ALL, "strategies", Arrays.stream(ConflictStrategy.values()).map(ConflictStrategy::label)
                        .toList(), "states", SyncRun.State.values()));
        return "ui/sync";
    }

    /** The part that changes while runs go on. */
    @GetMapping("/ui/parts/runs")
    String part(@RequestParam(defaultValue = "") String peer, @RequestParam(defaultValue = "") String state,
            Model model) {
        history(peer, state, model);
        return "ui/sync :: runs";
    }

    private void history(String peer, String state, Model model) {
        List<RunRecord> all = new ArrayList<>(runs.all());
        Collections.reverse(all);
        model.addAllAttributes(Map.of("peer", peer, "state", state, "version", snapshots.now().part("runs"), "from",
                UriComponentsBuilder.fromPath("/ui/parts/runs").queryParam("peer", "{peer}")
                        .queryParam("state", "{state}").encode().buildAndExpand(peer, state).toUriString(), "runs",
                all.stream().filter(run -> peer.isEmpty() || run.peer().text().equals(peer))
                        .filter(run -> state.isEmpty() || run.state().name().equals(state)).limit(SHOWN).toList()));
    }

    /** Only looks where it is asked for a dry run. */
    @PostMapping("/ui/sync")
    String start(Form form) {
        RunOptions options = options(form);
        List<Peer> asked = form.has("peer") ? List.of(peers.find(new PeerName(form.text("peer")))
                .orElseThrow(() -> new NotHere("There is no peer '" + form.text("peer") + "'.")))
                : peers.all().stream().filter(peer -> !peers.isSelf(peer) && !peer.onlyTheyDial()).toList();
        if (asked.isEmpty()) {
            throw new InvalidInput("peer", "is missing: this node has no peers");
        }
        List<SyncRun> started;
        try {
            started = options.dryRun() ? asked.stream().map(peer -> dryRuns.start(peer, options)).toList()
                    : form.has("peer") ? List.of(requested.start(asked.get(0), options))
                    : requested.start(asked, options);
        } catch (PeerPaused e) {
            throw new InvalidInput("", Wording.sentence(e.getMessage()) + ": resume it on the overview first.");
        }
        snapshots.changed();
        return started.size() == 1 ? "redirect:/ui/sync/runs/" + started.get(0).id() : "redirect:/ui/sync";
    }

    @PostMapping("/ui/sync/runs/{id}/cancel")
    String cancel(@PathVariable UUID id, HttpServletRequest request, Model model) {
        RunRecord run = find(id);
        if (run.report() == null) {
            runs.cancel(id, "cancelled by " + SignedIn.now().name());
            snapshots.changed();
        }
        return Notes.shown(request, model, run.report() != null
                ? Notes.bad("The run with " + run.peer() + " has ended before: there is nothing to cancel.")
                : Notes.ok("The run with " + run.peer() + " ends after the batch at hand. What was exchanged stays, and"
                        + " the next run goes on from there." + (run.automatic()
                        ? " Automatic sync begins another: pause the peer to keep it away." : "")),
                "/ui/sync/runs/" + id);
    }

    @GetMapping("/ui/sync/runs/{id}")
    String run(@PathVariable UUID id, Model model) {
        fill(id, model);
        return "ui/run";
    }

    /** The part that changes while it goes on. */
    @GetMapping("/ui/parts/runs/{id}")
    String part(@PathVariable UUID id, Model model) {
        fill(id, model);
        return "ui/run :: run";
    }

    private void fill(UUID id, Model model) {
        RunRecord run = find(id);
        model.addAllAttributes(Map.of("active", "sync", "run", run, "phases", Arrays.stream(Phase.values())
                .filter(phase -> phase != Phase.FAILED).toList(), "version", snapshots.now().part("runs")));
        model.addAttribute("advice", run.report() == null ? null : PeerStanding.advice(run.report().failure()));
    }

    private RunRecord find(UUID id) {
        return runs.find(id).orElseThrow(() -> new NotHere("There is no run " + id
                + ". The last few hundred are kept."));
    }

    private static RunOptions options(Form form) {
        try {
            return new RunOptions(form.has("kind") ? Peers.kinds(List.of(form.text("kind"))) : null,
                    form.has("since") ? SelectionParser.parse(Timestamps.of("since", form.text("since").strip()), null)
                            : null, strategy(form.text("strategy")), null, form.has("direction")
                            ? RunDirection.labelled(form.text("direction")) : RunDirection.BOTH,
                    form.text("deed").equals("dry"));
        } catch (IllegalArgumentException e) {
            throw new InvalidInput("", e.getMessage() == null ? "The form is not valid" : e.getMessage());
        }
    }

    private static @Nullable ConflictStrategy strategy(String label) {
        return label.isEmpty() ? null : ConflictStrategy.labelled(label);
    }
}
