package io.agentdb.sync.coordinator;

import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.live.LiveSync;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.SyncSettings;
import io.agentdb.sync.run.SyncState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Goes on live from an automatic run that went well, in one process of this node. Thread-safe. */
@Component
class LiveStart {

    private static final Logger log = LoggerFactory.getLogger(LiveStart.class);

    private final LiveSync live;
    private final ProcessLock process;
    private final SyncState state;
    private final SyncSettings settings;
    /** Whom another process followed when it was last asked. */
    private final Set<PeerName> elsewhere = new HashSet<>();

    LiveStart(LiveSync live, ProcessLock process, SyncState state, SyncSettings settings) {
        this.live = live;
        this.process = process;
        this.state = state;
        this.settings = settings;
    }

    /**
     * Blocks for the peer's first answers; under the lock of the run before, which has gone well whatever comes now.
     */
    void goOn(Peer peer, Session session, RunScope scope, Runnable runDue) {
        if (!settings.live() || !live.canFollow(peer, session)) {
            return;
        }
        String what = what(session.nodeId().name());
        try {
            // In several processes, or under several names, each would send the same.
            if (process.takeAlone(what, () -> live.end(peer))) {
                Permissions granted = session.caller().permissions();
                live.follow(peer, scope.of(granted.write()), scope.of(granted.read()), runDue,
                        () -> process.giveBack(what));
            } else {
                live.leave(peer);
            }
        } catch (SQLException e) {
            log.debug("Live sync with {} waits for the next run: {}", peer.name(), DatabaseFailure.words(e));
        }
    }

    /** Those whom another process of this node followed until lately, and nobody follows now. */
    synchronized List<Peer> left(Collection<Peer> peers) throws SQLException {
        List<Peer> left = new ArrayList<>();
        for (SyncState.PeerState known : state.all()) {
            PeerName name = new PeerName(known.peer());
            if (known.nodeId() != null && process.isTakenElsewhere(what(known.nodeId()))) {
                elsewhere.add(name);
            } else if (elsewhere.remove(name)) {
                peers.stream().filter(peer -> peer.name().equals(name)).forEach(left::add);
            }
        }
        return left;
    }

    private static String what(String nodeId) {
        return "live sync with " + nodeId;
    }
}
