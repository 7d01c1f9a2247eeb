package io.agentdb.sync.coordinator;

import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.live.LiveSync;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.SyncSettings;
import java.sql.SQLException;
import org.springframework.stereotype.Component;

/** Goes on live from an automatic run that went well, in one process of this node. Thread-safe. */
@Component
class LiveStart {

    private final LiveSync live;
    private final ProcessLock process;
    private final SyncSettings settings;

    LiveStart(LiveSync live, ProcessLock process, SyncSettings settings) {
        this.live = live;
        this.process = process;
        this.settings = settings;
    }

    /** Blocks for the peer's first answers; under the lock of the run before. */
    void goOn(Peer peer, Session session, RunScope scope, Runnable runDue) throws SQLException {
        // In several processes, each would send the same.
        String what = "live sync with " + session.nodeId();
        if (settings.live() && live.canFollow(peer, session) && process.takeAlone(what)) {
            Permissions granted = session.caller().permissions();
            live.follow(peer, scope.of(granted.write()), scope.of(granted.read()), runDue,
                    () -> process.giveBack(what));
        }
    }
}
