package io.agentdb.sync.ui;

import io.agentdb.sync.coordinator.RunRecord;
import io.agentdb.sync.coordinator.SyncCoordinator;
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
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.ui.live.Snapshots;
import io.agentdb.sync.ui.words.PeerStanding;
import io.agentdb.sync.web.problem.NotHere;
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

/** Starting runs, following them, and what became of earlier ones. */
@Controller
class SyncPages {

    private static final int SHOWN = 100;

    private final SyncCoordinator coordinator;
    private final SyncRuns runs;
    private final Peers peers;
    private final Snapshots snapshots;

    SyncPages(SyncCoordinator coordinator, SyncRuns runs, Peers peers, Snapshots snapshots) {
        this.coordinator = coordinator;
        this.runs = runs;
        this.peers = peers;
        this.snapshots = snapshots;
    }

    @GetMapping("/ui/sync")
    String page(@RequestParam(defaultValue = "") String peer, @RequestParam(defaultValue = "") String state,
            Model model) {
        List<RunRecord> all = new ArrayList<>(runs.all());
        Collections.reverse(all);
        model.addAllAttributes(Map.of("active", "sync", "peers", peers.all().stream().map(Peer::name).toList(),
                "kinds", Kind.ALL, "strategies", Arrays.stream(ConflictStrategy.values()).map(ConflictStrategy::label)
                        .toList(), "peer", peer, "state", state, "states", SyncRun.State.values(), "runs", all.stream()
                        .filter(run -> peer.isEmpty() || run.peer().text().equals(peer))
                        .filter(run -> state.isEmpty() || run.state().name().equals(state)).limit(SHOWN).toList()));
        return "ui/sync";
    }

    @PostMapping("/ui/sync")
    String start(Form form) {
        RunOptions options = options(form);
        List<Peer> asked = form.has("peer") ? List.of(peers.find(new PeerName(form.text("peer")))
                .orElseThrow(() -> new NotHere("There is no peer '" + form.text("peer") + "'.")))
                : peers.all().stream().filter(peer -> !peers.isSelf(peer) && !peer.onlyTheyDial()).toList();
        List<Peer> chosen = asked.stream().filter(peer -> coordinator.paused(peer).isEmpty()).toList();
        if (chosen.isEmpty()) {
            throw new InvalidInput("peer", asked.isEmpty() ? "is missing: this node has no peers"
                    : "is paused: resume it on the overview first");
        }
        List<SyncRun> started = chosen.stream().map(one -> coordinator.start(one, options)).toList();
        snapshots.changed();
        return started.size() == 1 ? "redirect:/ui/sync/runs/" + started.get(0).id() : "redirect:/ui/sync";
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
        RunRecord run = runs.find(id).orElseThrow(() -> new NotHere("There is no run " + id
                + ". The last few hundred are kept."));
        model.addAllAttributes(Map.of("active", "sync", "run", run, "phases", Arrays.stream(Phase.values())
                .filter(phase -> phase != Phase.FAILED).toList(), "version", snapshots.now().part("peers")));
        model.addAttribute("advice", run.report() == null ? null : PeerStanding.advice(run.report().failure()));
    }

    private static RunOptions options(Form form) {
        try {
            return new RunOptions(form.has("kind") ? Peers.kinds(List.of(form.text("kind"))) : null,
                    form.has("since") ? SelectionParser.parse(Timestamps.of("since", form.text("since").strip()), null)
                            : null, strategy(form.text("strategy")), null);
        } catch (IllegalArgumentException e) {
            throw new InvalidInput("", e.getMessage() == null ? "The form is not valid" : e.getMessage());
        }
    }

    private static @Nullable ConflictStrategy strategy(String label) {
        return label.isEmpty() ? null : ConflictStrategy.labelled(label);
    }
}
