package io.agentdb.sync.ui.mesh;

import io.agentdb.sync.coordinator.PeerPaused;
import io.agentdb.sync.coordinator.RequestedRuns;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.ui.Notes;
import io.agentdb.sync.ui.Notes.Note;
import io.agentdb.sync.ui.words.Wording;
import io.agentdb.sync.verify.Verifier;
import io.agentdb.sync.verify.VerifyReport;
import io.agentdb.sync.web.access.AuditTrail;
import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.watch.Snapshots;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** What operators do with a peer from the overview. */
@Controller
class PeerActions {

    private static final String HOME = "/ui/";
    private static final String TO_HOME = "redirect:" + HOME;

    private final Peers peers;
    private final SyncCoordinator coordinator;
    private final RequestedRuns requested;
    private final QuicClientPool pool;
    private final Verifier verifier;
    private final Snapshots snapshots;

    PeerActions(Peers peers, SyncCoordinator coordinator, RequestedRuns requested, QuicClientPool pool,
            Verifier verifier, Snapshots snapshots) {
        this.peers = peers;
        this.coordinator = coordinator;
        this.requested = requested;
        this.pool = pool;
        this.verifier = verifier;
        this.snapshots = snapshots;
    }

    @PostMapping("/ui/peers/sync")
    String syncAll(HttpServletRequest request, Model model) {
        List<Peer> all = peers.all().stream().filter(peer -> !peers.isSelf(peer) && !peer.onlyTheyDial()).toList();
        return Notes.shown(request, model, all.isEmpty() ? Notes.bad("This node has no peers to synchronize with.")
                : begun(() -> requested.start(all, RunOptions.DEFAULT)), HOME);
    }

    @PostMapping("/ui/peers/{name}/sync")
    String sync(@PathVariable String name, HttpServletRequest request, Model model) {
        Peer peer = find(name);
        return Notes.shown(request, model, begun(() -> List.of(requested.start(peer, RunOptions.DEFAULT))), HOME);
    }

    private Note begun(Supplier<List<SyncRun>> start) {
        try {
            List<SyncRun> runs = start.get();
            snapshots.changed();
            return Notes.ok(runs.size() == 1 ? "The sync with " + runs.get(0).peer() + " has begun. It goes on when you"
                    + " leave." : Wording.count(runs.size()) + " syncs have begun. They go on when you leave.");
        } catch (PeerPaused e) {
            return Notes.bad(Wording.sentence(e.getMessage()) + ": resume it first.");
        }
    }

    @PostMapping("/ui/peers/{name}/pause")
    String pause(@PathVariable String name, Form form) {
        coordinator.pause(find(name).name(), duration(form), SignedIn.now().name());
        snapshots.changed();
        return TO_HOME;
    }

    @PostMapping("/ui/peers/{name}/resume")
    String resume(@PathVariable String name) {
        coordinator.resume(find(name).name());
        snapshots.changed();
        return TO_HOME;
    }

    @PostMapping("/ui/peers/pause")
    String pauseAll(Form form) {
        coordinator.pauseAll(duration(form), SignedIn.now().name());
        snapshots.changed();
        return TO_HOME;
    }

    @PostMapping("/ui/peers/resume")
    String resumeAll() {
        coordinator.resumeAll();
        snapshots.changed();
        return TO_HOME;
    }

    /** For half an hour, or until somebody resumes. */
    private static @Nullable Duration duration(Form form) {
        return form.text("for").equals("30m") ? Duration.ofMinutes(30) : null;
    }

    @PostMapping("/ui/peers/{name}/ping")
    String ping(@PathVariable String name, HttpServletRequest request, Model model) {
        AuditTrail.onlyRead(request);
        Peer peer = find(name);
        try {
            Duration latency = pool.ping(peer.remote());
            Duration ahead = pool.clockOffset(peer.remote());
            return Notes.shown(request, model, Notes.ok(String.format(Locale.ROOT,
                    "%s answers in %.1f ms as node %s. Its clock is %s %s this node’s.", name, latency.toNanos() / 1e6,
                    pool.session(peer.remote()).nodeId().name(), Wording.span(ahead.abs()),
                    ahead.isNegative() ? "behind" : "ahead of")), HOME);
        } catch (SyncException e) {
            return Notes.shown(request, model, Notes.bad("No round trip to " + name + ": " + e.getMessage()), HOME);
        }
    }

    @PostMapping("/ui/peers/{name}/verify")
    String verify(@PathVariable String name, HttpServletRequest request, Model model) throws InterruptedException {
        AuditTrail.onlyRead(request);
        Peer peer = find(name);
        return Notes.shown(request, model, !peer.selection().everything()
                ? Notes.bad(name + " gets a selection of the records only, and a comparison is of all.")
                : verified(peer), HOME);
    }

    private Note verified(Peer peer) throws InterruptedException {
        try {
            return verifier.verify(peer, null, false).map(PeerActions::told).orElseGet(() -> Notes.bad(
                    "Another run with " + peer.name() + " is under way. Compare when it is done."));
        } catch (SyncException e) {
            return Notes.bad("Comparing with " + peer.name() + " failed: " + e.getMessage());
        } finally {
            snapshots.changed();
        }
    }

    private static Note told(VerifyReport report) {
        List<String> lines = new ArrayList<>();
        report.kinds().forEach(kind -> lines.add(kind.kind() + ": " + Wording.count(kind.here()) + " here, "
                + Wording.count(kind.there()) + " there; " + Wording.count(kind.onlyHere()) + " only here, "
                + Wording.count(kind.onlyThere()) + " only there, " + Wording.count(kind.versionsDiffer())
                + " in other versions, " + Wording.count(kind.damaged()) + " damaged"));
        return report.equal() ? Notes.ok("This node and " + report.peer() + " hold the same memory. Compared in "
                + Wording.millis(report.durationMs()) + ".")
                : Notes.warn("This node and " + report.peer() + " differ. A sync exchanges what only one side has.",
                        lines);
    }

    private Peer find(String name) {
        return peers.find(new PeerName(name)).orElseThrow(() -> new NotHere("There is no peer '" + name + "'."));
    }
}
