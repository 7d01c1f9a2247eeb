package io.agentdb.sync.coordinator;

import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.run.RunOptions;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Begins the runs that people and agents ask for: with nobody whom a person has paused. Thread-safe; blocks on the
 * database.
 */
@Component
public class RequestedRuns {

    private final SyncCoordinator coordinator;
    private final PeerPauses pauses;

    RequestedRuns(SyncCoordinator coordinator, PeerPauses pauses) {
        this.coordinator = coordinator;
        this.pauses = pauses;
    }

    /**
     * Starts a run and returns at once.
     *
     * @throws PeerPaused if the peer is paused
     */
    public SyncRun start(Peer peer, RunOptions options) {
        check(peer);
        return coordinator.start(peer, options);
    }

    /**
     * Starts one with each that is not paused, and returns at once.
     *
     * @throws PeerPaused if all are; then none was started
     */
    public List<SyncRun> start(List<Peer> peers, RunOptions options) {
        PeerPauses.Pauses now = pauses.now();
        List<Peer> awake = peers.stream().filter(peer -> now.of(peer.name()).isEmpty()).toList();
        if (awake.isEmpty()) {
            throw PeerPaused.all();
        }
        return awake.stream().map(peer -> coordinator.start(peer, options)).toList();
    }

    /**
     * For what exchanges records otherwise.
     *
     * @throws PeerPaused if the peer is paused
     */
    public void check(Peer peer) {
        pauses.now().of(peer.name()).ifPresent(pause -> {
            throw PeerPaused.one(peer, pause);
        });
    }
}
