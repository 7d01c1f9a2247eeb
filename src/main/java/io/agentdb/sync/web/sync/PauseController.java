package io.agentdb.sync.web.sync;

import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.peers.PeerPauses.Pauses;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.GivenTime;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Leaving peers alone for a while. */
@RestController
@RequestMapping("/peers")
@Tag(name = "peers")
class PauseController {

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final String FOR = "How long, as in settings: 30s, 30m, 2h, 7d or PT30M, a year at most; without it,"
            + " until somebody resumes.";

    private final Peers peers;
    private final PeerPauses pauses;
    private final SyncCoordinator coordinator;

    PauseController(Peers peers, PeerPauses pauses, SyncCoordinator coordinator) {
        this.peers = peers;
        this.pauses = pauses;
        this.coordinator = coordinator;
    }

    @PostMapping("/{name}/pause")
    @Operation(operationId = "pausePeer", summary = "Leave a peer alone: no automatic and no live sync with it",
            description = "For every process of this node, also after a restart. What goes on by itself with the peer"
            + " ends after the batch at hand, in seconds. The peer's own runs are answered as ever. Pausing again"
            + " begins anew.")
    PeerView pause(@PathVariable String name,
            @Parameter(description = FOR) @RequestParam(name = "for", required = false) @Nullable String time) {
        Peer peer = find(name);
        coordinator.pause(peer.name(), duration(time), SignedIn.now().name());
        return view(peer);
    }

    @PostMapping("/{name}/resume")
    @Operation(operationId = "resumePeer", summary = "End a peer's own pause; automatic sync begins at once",
            description = "409 if it is only paused with all others: POST /peers/resume ends that.")
    @AnswersWith(409)
    PeerView resume(@PathVariable String name) {
        Peer peer = find(name);
        Pauses now = pauses.now();
        if (now.all().isPresent() && !now.single().containsKey(peer.name())) {
            throw Refusal.of(HttpStatus.CONFLICT, "all-paused", "peer '" + name + "' is "
                    + now.all().get().words() + ": POST /peers/resume ends that, for all");
        }
        coordinator.resume(peer.name());
        return view(peer);
    }

    @PostMapping("/pause")
    @Operation(operationId = "pauseAllPeers", summary = "Leave all peers alone, those to come as well",
            description = "As POST /peers/{name}/pause. Pauses of single peers stay beside it.")
    List<PeerView> pauseAll(
            @Parameter(description = FOR) @RequestParam(name = "for", required = false) @Nullable String time) {
        coordinator.pauseAll(duration(time), SignedIn.now().name());
        return views();
    }

    @PostMapping("/resume")
    @Operation(operationId = "resumeAllPeers", summary = "End the pause of all peers; single pauses go on")
    List<PeerView> resumeAll() {
        coordinator.resumeAll();
        return views();
    }

    private static @Nullable Duration duration(@Nullable String text) {
        return GivenTime.of(text, "for", Duration.ofSeconds(1), LONGEST,
                "from 1s to 365d; without it, the pause goes on until somebody resumes");
    }

    private List<PeerView> views() {
        Pauses now = pauses.now();
        return peers.all().stream().map(peer -> PeerView.of(peer, peers.isSelf(peer), now)).toList();
    }

    private PeerView view(Peer peer) {
        return PeerView.of(peer, peers.isSelf(peer), pauses.now());
    }

    private Peer find(String name) {
        return peers.find(new PeerName(name)).orElseThrow(() -> PeerView.unknown(name));
    }
}
