package io.agentdb.sync.run;

import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.version.Hlc;
import java.time.Duration;

/** The beginning of every run: who answers at a peer's address, and whether its clock allows to go on. Thread-safe. */
public final class PeerSessions {

    private final QuicClientPool pool;
    private final SyncMetrics metrics;

    PeerSessions(QuicClientPool pool, SyncMetrics metrics) {
        this.pool = pool;
        this.metrics = metrics;
    }

    /** Connects, and refuses to go on if one of the two clocks would make that side's writes win every conflict. */
    public Session meet(Peer peer) {
        Session session = pool.session(peer.remote());
        Duration offset = pool.clockOffset(peer.remote());
        metrics.clockOffset(session.nodeId(), offset);
        judge(peer.name(), offset);
        return session;
    }

    /** Whether the peer that was met is this very process. */
    public boolean isThisProcess(Session session) {
        return pool.loopsBack(session);
    }

    /**
     * The peer does so at a hello, and this may be the thousandth run since.
     *
     * @param offset how far the peer's clock is ahead of ours
     */
    static void judge(PeerName peer, Duration offset) {
        if (offset.abs().compareTo(Hlc.TOLERANCE) > 0) {
            throw new PeerRejected(ErrorCode.CLOCK_SKEW, "the clock of peer " + peer + " is " + offset.abs().toSeconds()
                    + " s " + (offset.isNegative() ? "behind" : "ahead of") + " ours, more than "
                    + Hlc.TOLERANCE.toSeconds() + " s: set the one that is wrong right", Duration.ZERO);
        }
    }
}
