package io.agentdb.sync.ui.node;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.Nodes;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.review.quarantine.QuarantineFilter;
import io.agentdb.sync.review.quarantine.QuarantineReplay.Replayed;
import io.agentdb.sync.review.quarantine.QuarantineRetry;
import io.agentdb.sync.review.quarantine.QuarantineTable;
import io.agentdb.sync.review.quarantine.Quarantined.QuarantineKey;
import io.agentdb.sync.ui.Notes;
import io.agentdb.sync.ui.Notes.Note;
import io.agentdb.sync.ui.words.Wording;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.version.Write;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.watch.Snapshots;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** What holds sync back: the fence, the quarantine, and nodes that deletions wait for. */
@Controller
class HealthPages {

    private static final int SHOWN = 50;
    private static final String PAGE = "/ui/health";

    private final Snapshots snapshots;
    private final NodeCounts counts;
    private final QuarantineTable quarantine;
    private final QuarantineRetry retry;
    private final Nodes nodes;
    private final PeerClocks clocks;
    private final LocalNode self;

    HealthPages(Snapshots snapshots, NodeCounts counts, QuarantineTable quarantine, QuarantineRetry retry, Nodes nodes,
            PeerClocks clocks, LocalNode self) {
        this.snapshots = snapshots;
        this.counts = counts;
        this.quarantine = quarantine;
        this.retry = retry;
        this.nodes = nodes;
        this.clocks = clocks;
        this.self = self;
    }

    @GetMapping(PAGE)
    String page(Model model) {
        List<Nodes.Seen> known = nodes.all(self.actor());
        model.addAllAttributes(Map.of("active", "health", "now", snapshots.now(), "size", counts.databaseSize(),
                "tombstones", counts.estimatedTombstones(), "lockedBy", counts.lockedBy(), "nodes", known, "waitedFor",
                known.stream().filter(node -> node.holdsBack() > 0).toList(), "set",
                quarantine.list(QuarantineFilter.of(Map.of()), null, SHOWN), "clocks", clocks.all(), "tolerance",
                PeerClocks.tolerance()));
        return "ui/health";
    }

    /** The part that comes and goes with what holds sync back. */
    @GetMapping("/ui/parts/fence")
    String fence(Model model) {
        model.addAttribute("now", snapshots.now()).addAttribute("lockedBy", counts.lockedBy());
        return "ui/health :: fence";
    }

    @PostMapping("/ui/quarantine/replay")
    String replayAll(HttpServletRequest request, Model model) {
        QuarantineRetry.Summary done = retry.replayAll();
        snapshots.changed();
        return Notes.shown(request, model, Notes.ok(Wording.count(done.applied(), "record is", "records are")
                + " stored now, " + Wording.count(done.known()) + " were here already, " + Wording.count(done.refused())
                + " could not be stored again; " + Wording.count(done.remaining()) + " are left to try."), PAGE);
    }

    @PostMapping("/ui/quarantine/{kind}/{id}/{actor}/{counter}/replay")
    String replay(@PathVariable String kind, @PathVariable UUID id, @PathVariable String actor,
            @PathVariable long counter, HttpServletRequest request, Model model) {
        Replayed done = retry.replay(key(kind, id, actor, counter)).orElseThrow(HealthPages::gone);
        snapshots.changed();
        return Notes.shown(request, model, told(done), PAGE);
    }

    @PostMapping("/ui/nodes/{id}/retire")
    String retire(@PathVariable String id, HttpServletRequest request, Model model) {
        if (!NodeId.parse(id).map(nodes::retire).orElse(false)) {
            throw new NotHere("There is no node " + id + ", or it is retired already.");
        }
        return Notes.shown(request, model, Notes.ok("Deletions wait no longer for " + id
                + ". If it comes back, it reads everything anew."), PAGE);
    }

    private static Note told(Replayed done) {
        return switch (done.outcome()) {
            case APPLIED -> Notes.ok("The record is stored now.");
            case KNOWN -> Notes.ok("This version, or one that replaces it, is here already.");
            case REFUSED -> Notes.warn("It could not be stored again.",
                    List.of(Wording.cut(done.code() + ": " + done.reason(), 400)));
        };
    }

    private static QuarantineKey key(String kind, UUID id, String actor, long counter) {
        try {
            return new QuarantineKey(Kind.named(kind).orElseThrow(HealthPages::gone), id,
                    new Write(new Actor(actor), counter));
        } catch (IllegalArgumentException e) {
            throw gone();
        }
    }

    private static NotHere gone() {
        return new NotHere("This is not in quarantine any more.");
    }
}
