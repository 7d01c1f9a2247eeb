package io.agentdb.sync.web.sync;

import io.agentdb.sync.memory.input.MergePatch;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.peers.PeerPauses.Pauses;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.peers.SelectionParser;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.web.access.AuditTrail;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import io.agentdb.sync.web.request.JsonBody;
import io.agentdb.sync.web.request.Members;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The nodes that this one synchronizes with. */
@RestController
@RequestMapping("/peers")
@Tag(name = "peers")
class PeerController {

    private record Replaced(Optional<Peer> old, Peer now) { }

    record PingResult(String peer, String nodeId, String actor, double latencyMs, double clockOffsetMs) { }

    /** Each keeps a thread of the HTTP server, and one of a peer that is away for seconds. */
    private final ConcurrencyLimit pings = new ConcurrencyLimit(20, "pings");
    private final Peers peers;
    private final PeerPauses pauses;
    private final QuicClientPool pool;
    private final JsonMapper json;

    PeerController(Peers peers, PeerPauses pauses, QuicClientPool pool, JsonMapper json) {
        this.peers = peers;
        this.pauses = pauses;
        this.pool = pool;
        this.json = json;
    }

    @GetMapping
    @Operation(operationId = "listPeers", summary =
            "Every peer: configured ones, the environment's, those added here, and those behind a DNS name",
                    description = "self: at the last sync it was found out that this very node answers there; it is"
                    + " left out. paused: automatic and live sync leave it alone, since a person has said so."
                    + " dials: \"they\" if only the peer dials, since this node has not reached it; \"we\" the other"
                    + " way; absent if either may.")
    List<PeerView> all() {
        Pauses now = pauses.now();
        return peers.all().stream().map(peer -> PeerView.of(peer, peers.isSelf(peer), now)).toList();
    }

    @GetMapping("/{name}")
    @Operation(operationId = "getPeer", summary = "One peer")
    PeerView one(@PathVariable String name) {
        return view(find(name));
    }

    @PostMapping
    @Operation(operationId = "addPeer", summary = "Add a peer")
    @AnswersWith({201, 409})
    ResponseEntity<PeerView> add(@RequestBody PeerRequest request) {
        Peer peer = request.peer(request.name(), Optional.empty());
        peers.alone(() -> {
            if (peers.find(peer.name()).isPresent()) {
                throw Refusal.of(HttpStatus.CONFLICT, "peer-exists", "there is a peer '" + peer.name()
                        + "' already; change it with PUT or PATCH /peers/" + peer.name());
            }
            save(peer);
            return peer;
        });
        return ResponseEntity.created(URI.create("/peers/" + peer.name())).body(view(peer));
    }

    @PutMapping("/{name}")
    @Operation(operationId = "replacePeer", summary = "Add or replace a peer", description =
            "What the body leaves out is removed; \"authToken\": true keeps the"
                    + " token, so that what GET shows can be sent back.")
    @AnswersWith(409)
    PeerView change(@PathVariable String name, @RequestBody PeerRequest request) {
        return replace(name, () -> peers.find(new PeerName(name)), old -> request);
    }

    @PatchMapping(path = "/{name}", consumes = {JsonBody.MERGE_PATCH, MediaType.APPLICATION_JSON_VALUE})
    @Operation(operationId = "patchPeer", summary = "Change some of what is known of a peer",
            description = "A JSON merge patch (RFC 7396) of what GET shows: null"
            + " removes, filters are merged one by one, and what is not named stays, the token too."
                    + " Concurrent patches are applied one after the other.")
    @AnswersWith(409)
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            content = @Content(schema = @Schema(ref = "#/components/schemas/PeerPatch")))
    PeerView patch(@PathVariable String name, @RequestBody ObjectNode body) {
        ObjectNode patch = Members.named(PeerRequest.class, body);
        if (patch.get("filters") instanceof ObjectNode filters) {
            patch.set("filters", PeerRequest.named(filters));
        }
        return replace(name, () -> Optional.of(find(name)), old -> Members.read(PeerRequest.class,
                (ObjectNode) MergePatch.apply(json.valueToTree(view(old.orElseThrow())), patch)));
    }

    @DeleteMapping("/{name}")
    @Operation(operationId = "removePeer", summary = "Remove a peer; what was synchronized stays")
    @AnswersWith(409)
    ResponseEntity<Void> remove(@PathVariable String name) {
        // In turn with changes: one under way would write the peer again after it was removed.
        Peer peer = peers.alone(() -> {
            Peer found = find(name);
            try {
                peers.remove(new PeerName(name));
            } catch (IllegalStateException configured) {
                throw Refusal.of(HttpStatus.CONFLICT, "configured-peer", configured.getMessage());
            }
            return found;
        });
        pool.disconnect(peer.remote());
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/{name}/ping")
    @Operation(operationId = "pingPeer", summary = "Connect if need be, and measure a round trip")
    @AnswersWith({429, 502})
    PingResult ping(@PathVariable String name, @Parameter(hidden = true) HttpServletRequest request) {
        AuditTrail.onlyRead(request);
        Peer peer = find(name);
        try (ConcurrencyLimit.Taken place = pings.take()) {
            Duration latency = pool.ping(peer.remote());
            Duration offset = pool.clockOffset(peer.remote());
            var session = pool.session(peer.remote());
            peers.met(peer, pool.loopsBack(session));
            return new PingResult(name, session.nodeId().name(), session.actor().name(), latency.toNanos() / 1e6,
                    offset.toNanos() / 1e6);
        } catch (SyncException e) {
            throw Refusal.of(HttpStatus.BAD_GATEWAY, "peer-failed", e.getMessage());
        }
    }

    private PeerView replace(
            String name, Supplier<Optional<Peer>> present, Function<Optional<Peer>, PeerRequest> change) {
        Replaced replaced = peers.alone(() -> {
            Optional<Peer> old = present.get();
            PeerRequest request = change.apply(old);
            if (request.name() != null && !request.name().equals(name)) {
                throw Refusal.badRequest("the body names peer '" + request.name() + "', the path '" + name + "'");
            }
            Peer peer = request.peer(name, old);
            save(peer);
            return new Replaced(old, peer);
        });
        replaced.old().map(Peer::remote).filter(remote -> !remote.equals(replaced.now().remote()))
                .ifPresent(pool::disconnect);
        return view(replaced.now());
    }

    private PeerView view(Peer peer) {
        return PeerView.of(peer, peers.isSelf(peer), pauses.now());
    }

    private void save(Peer peer) {
        try {
            peers.save(peer, peer.selection().everything() ? null : SelectionParser.written(peer.selection()));
        } catch (IllegalStateException configured) {
            throw Refusal.of(HttpStatus.CONFLICT, "configured-peer", configured.getMessage());
        }
    }

    private Peer find(String name) {
        return peers.find(new PeerName(name)).orElseThrow(() -> PeerView.unknown(name));
    }
}
