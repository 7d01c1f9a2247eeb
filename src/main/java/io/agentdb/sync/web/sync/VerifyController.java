package io.agentdb.sync.web.sync;

import io.agentdb.sync.coordinator.PeerPaused;
import io.agentdb.sync.coordinator.RequestedRuns;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.verify.Verifier;
import io.agentdb.sync.verify.VerifyReport;
import io.agentdb.sync.web.access.AuditTrail;
import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Comparing this node's memory with a peer's. */
@RestController
@Tag(name = "peers")
class VerifyController {

    /**
     * How to compare.
     *
     * @param repair whether the records that differ are exchanged
     * @param kinds of episodes, skills, edges and full; absent for the peer's
     */
    record VerifyOptions(@Nullable Boolean repair, @Nullable List<String> kinds) { }

    /** Each keeps a thread of the HTTP server, be it while it waits for its turn. */
    private final ConcurrencyLimit comparisons = new ConcurrencyLimit(10, "comparisons");
    private final Peers peers;
    private final RequestedRuns requested;
    private final Verifier verifier;

    VerifyController(Peers peers, RequestedRuns requested, Verifier verifier) {
        this.peers = peers;
        this.requested = requested;
        this.verifier = verifier;
    }

    @PostMapping("/peers/{name}/verify")
    @Operation(operationId = "verifyPeer",
            summary = "Compare this node's memory with the peer's, and repair what differs if asked to",
            description = "Takes a few round trips when both are equal, and else as many bytes as there are"
            + " differences. Answers when it is done: with the differing records, the first thousand by name. 409 for"
            + " a peer with filters, and for a repair with a paused one; 502 if the peer fails. Without repair, open to"
            + " viewers.")
    @AnswersWith({409, 429, 502})
    VerifyReport verify(@PathVariable String name, @RequestBody(required = false) @Nullable VerifyOptions body,
            @RequestParam(defaultValue = "false") boolean repair,
            @Parameter(hidden = true) HttpServletRequest request) throws InterruptedException {
        boolean repairing = body != null && body.repair() != null ? body.repair() : repair;
        if (repairing) {
            SignedIn.now().operating();
        } else {
            AuditTrail.onlyRead(request);
        }
        Peer peer = peers.find(new PeerName(name)).orElseThrow(() -> PeerView.unknown(name));
        if (!peer.selection().everything()) {
            // A comparison knows no filters: a repair would send what the peer is not meant to get.
            throw Refusal.of(HttpStatus.CONFLICT, "filtered-peer",
                    "peer '" + name + "' gets a selection of the records only, and a"
                            + " comparison is of all; take its filters away, or compare on a peer without");
        }
        if (repairing) {
            awake(peer);
        }
        try (ConcurrencyLimit.Taken place = comparisons.take()) {
            return verifier.verify(peer, body == null ? null : kinds(body.kinds()), repairing)
                    .orElseThrow(() -> Refusal.of(HttpStatus.CONFLICT, "peer-busy",
                            "another run with " + name + " is under way; try again when it is done"));
        } catch (SyncException e) {
            throw Refusal.of(HttpStatus.BAD_GATEWAY, "peer-failed",
                    "verifying with " + name + " failed: " + e.getMessage());
        }
    }

    private void awake(Peer peer) {
        try {
            requested.check(peer);
        } catch (PeerPaused e) {
            throw PeerView.paused(e, peer);
        }
    }

    private static @Nullable List<Kind> kinds(@Nullable List<String> names) {
        try {
            return names == null ? null : Peers.kinds(names);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(e.getMessage());
        }
    }
}
