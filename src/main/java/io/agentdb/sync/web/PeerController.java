package io.agentdb.sync.web;

import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.QuicClientPool;
import io.agentdb.sync.sync.HostPort;
import io.agentdb.sync.sync.Peer;
import io.agentdb.sync.sync.Peers;
import io.agentdb.sync.sync.SelectionParser;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The nodes that this one synchronizes with. */
@RestController
@RequestMapping("/peers")
@Tag(name = "peers")
class PeerController {

    /** What a caller says of a peer; {@code address} is host:port. The token is written, never read back. */
    record PeerRequest(String name, String address, String authToken, String fingerprint, List<String> kinds,
            Map<String, Object> filters, String conflictStrategy) { }

    record PeerView(String name, String address, boolean authToken, String fingerprint, List<String> kinds, Object filters,
            String conflictStrategy, Peer.Origin origin, boolean self) {
        static PeerView of(Peer peer, boolean self) {
            return new PeerView(peer.name(), peer.address().toString(), peer.authToken() != null, peer.fingerprint(),
                    peer.kinds().stream().map(Object::toString).toList(), peer.selection().everything() ? null : peer.selection(),
                    peer.strategy() == null ? null : peer.strategy().label(), peer.origin(), self);
        }
    }

    record Pong(String peer, String nodeId, String actor, double latencyMs, double clockOffsetMs) { }

    private final Peers peers;
    private final QuicClientPool pool;

    PeerController(Peers peers, QuicClientPool pool) {
        this.peers = peers;
        this.pool = pool;
    }

    @GetMapping
    @Operation(summary = "Every peer: configured ones, the environment's, those added here, and those behind a DNS name",
            description = "self: at the last sync it was found out that this very node answers there; it is left out.")
    List<PeerView> all() {
        return peers.all().stream().map(this::view).toList();
    }

    @GetMapping("/{name}")
    @Operation(summary = "One peer")
    PeerView one(@PathVariable String name) {
        return view(find(name));
    }

    @PostMapping
    @Operation(summary = "Add a peer")
    ResponseEntity<PeerView> add(@RequestBody PeerRequest request) {
        Peer peer = peer(request.name(), request);
        if (peers.find(peer.name()).isPresent()) {
            throw Refusal.of(HttpStatus.CONFLICT, "peer-exists",
                    "there is a peer '" + peer.name() + "' already; change it with PUT /peers/" + peer.name());
        }
        save(peer, request);
        return ResponseEntity.created(URI.create("/peers/" + peer.name())).body(view(peer));
    }

    @PutMapping("/{name}")
    @Operation(summary = "Add or change a peer")
    PeerView change(@PathVariable String name, @RequestBody PeerRequest request) {
        if (request.name() != null && !request.name().equals(name)) {
            throw Refusal.badRequest("the body names peer '" + request.name() + "', the path '" + name + "'");
        }
        Peer peer = peer(name, request);
        Optional<Peer> old = peers.find(name);
        save(peer, request);
        old.ifPresent(changed -> pool.disconnect(changed.remote()));
        return view(peer);
    }

    @DeleteMapping("/{name}")
    @Operation(summary = "Remove a peer; what was synchronized stays")
    ResponseEntity<Void> remove(@PathVariable String name) {
        Peer peer = find(name);
        try {
            peers.remove(name);
        } catch (IllegalStateException configured) {
            throw Refusal.of(HttpStatus.CONFLICT, "configured-peer", configured.getMessage());
        }
        pool.disconnect(peer.remote());
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/{name}/ping")
    @Operation(summary = "Connect if need be, and measure a round trip")
    Pong ping(@PathVariable String name) {
        Peer peer = find(name);
        try {
            Duration latency = pool.ping(peer.remote());
            var session = pool.session(peer.remote());
            return new Pong(name, session.nodeId(), session.actor().name(), latency.toNanos() / 1e6,
                    session.clockOffset().toNanos() / 1e6);
        } catch (SyncException e) {
            throw Refusal.of(HttpStatus.BAD_GATEWAY, "peer-failed", e.getMessage());
        }
    }

    private PeerView view(Peer peer) {
        return PeerView.of(peer, peers.isSelf(peer));
    }

    private void save(Peer peer, PeerRequest request) {
        try {
            peers.save(peer, request.filters());
        } catch (IllegalStateException configured) {
            throw Refusal.of(HttpStatus.CONFLICT, "configured-peer", configured.getMessage());
        }
    }

    private Peer find(String name) {
        return peers.find(name).orElseThrow(() -> Refusal.of(HttpStatus.NOT_FOUND, "unknown-peer",
                "there is no peer '" + name + "'; GET /peers lists them"));
    }

    private static Peer peer(String name, PeerRequest request) {
        try {
            if (name == null || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
                throw new IllegalArgumentException("a peer's name is 1 to 63 letters, digits, dots, dashes and underscores, and does"
                        + " not start with a sign");
            }
            if (request.fingerprint() != null && !request.fingerprint().replaceAll("[:\\s]", "").matches("[0-9A-Fa-f]{64}")) {
                throw new IllegalArgumentException("a fingerprint is the SHA-256 of a certificate: 64 hexadecimal digits, with or without"
                        + " colons, as the peer's log and its GET /status show it");
            }
            return new Peer(name, HostPort.parse(request.address()), request.authToken(), request.fingerprint(),
                    Peers.kinds(request.kinds()), SelectionParser.parse(null, request.filters()),
                    SyncController.strategy(request.conflictStrategy()), Peer.Origin.API);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(e.getMessage());
        }
    }
}
