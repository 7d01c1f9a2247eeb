package io.agentdb.sync.coordinator;

import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.peers.PeerPauses.Pauses;
import io.agentdb.sync.peers.Peers;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * The peers that this node can dial and nobody has paused, and those that somebody had until lately. Thread-safe;
 * blocks on the database.
 */
@Component
class AwakePeers {

    private final Peers peers;
    private final PeerPauses pauses;
    private final AtomicReference<Set<PeerName>> pausedLately = new AtomicReference<>(Set.of());

    AwakePeers(Peers peers, PeerPauses pauses) {
        this.peers = peers;
        this.pauses = pauses;
    }

    List<Peer> all() {
        Pauses now = pauses.now();
        return peers.all().stream().filter(peer -> !peer.onlyTheyDial() && now.of(peer.name()).isEmpty()).toList();
    }

    /** Those that were paused when this was last asked, by whoever and on whichever process, and are so no more. */
    List<Peer> resumed() {
        Pauses now = pauses.now();
        List<Peer> known = peers.all();
        Set<PeerName> before = pausedLately.getAndSet(known.stream().map(Peer::name)
                .filter(name -> now.of(name).isPresent()).collect(Collectors.toSet()));
        return known.stream()
                .filter(peer -> before.contains(peer.name()) && !peer.onlyTheyDial() && now.of(peer.name()).isEmpty())
                .toList();
    }
}
