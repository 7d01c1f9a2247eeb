package io.agentdb.sync.sync;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.quic.QuicClientPool;
import io.agentdb.sync.version.Hlc;
import java.time.Duration;

/** The phases of one run with one peer: push, pull, and push again what the pull resolved. Stateless. */
final class PeerSync {

    private final QuicClientPool pool;
    private final Conversation conversation;
    private final Push push;
    private final Pull pull;
    private final SyncMetrics metrics;

    PeerSync(QuicClientPool pool, Conversation conversation, Push push, Pull pull, SyncMetrics metrics) {
        this.pool = pool;
        this.conversation = conversation;
        this.push = push;
        this.pull = pull;
        this.metrics = metrics;
    }

    /** Connects, and refuses a peer whose clock would make its writes win every conflict. */
    Session meet(Peer peer) {
        Session session = pool.session(peer.remote());
        metrics.clockOffset(session.nodeId(), session.clockOffset());
        Duration ahead = session.clockOffset();
        if (ahead.compareTo(Hlc.TOLERANCE) > 0) {
            throw new PeerRejected(ErrorCode.CLOCK_SKEW, "the clock of peer " + peer.name() + " is " + ahead.toSeconds()
                    + " s ahead of ours, more than " + Hlc.TOLERANCE.toSeconds() + " s: set one of the two right", Duration.ZERO);
        }
        return session;
    }

    void run(Peer peer, RunScope scope, Tally tally) {
        conversation.hold(peer.remote(), tally, exchange -> push.run(exchange, scope, tally));
        long before = tally.conflicts();
        tally.begin(Phase.PULLING, 0);
        conversation.hold(peer.remote(), tally, exchange -> pull.run(exchange, scope, tally));
        tally.begin(Phase.RESOLVING, tally.conflicts());
        if (tally.conflicts() > before) {
            // Otherwise the peer would hear of these outcomes only in the next run.
            conversation.hold(peer.remote(), tally, exchange -> push.run(exchange, scope, tally));
        }
        tally.passed(Phase.RESOLVING, tally.conflicts());
        tally.passed(Phase.APPLYING, tally.items());
    }
}
