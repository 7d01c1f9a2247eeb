package io.agentdb.sync.sync;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.quic.QuicClientPool;
import io.agentdb.sync.replica.Cursor;
import io.agentdb.sync.version.Hlc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The phases of one run with one peer: push, pull, and push again what the pull resolved. Stateless. */
final class PeerSync {

    private final QuicClientPool pool;
    private final Requests requests;
    private final Push push;
    private final Pull pull;
    private final Claiming claiming;
    private final SyncMetrics metrics;

    PeerSync(QuicClientPool pool, Requests requests, Push push, Pull pull, Claiming claiming, SyncMetrics metrics) {
        this.pool = pool;
        this.requests = requests;
        this.push = push;
        this.pull = pull;
        this.claiming = claiming;
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

    /** Whether the peer that was met is this very process. */
    boolean meetsItself(Session session) {
        return pool.loopsBack(session);
    }

    void run(Peer peer, RunScope scope, Tally tally) {
        List<Kind> missed = new ArrayList<>();
        Outcomes outcomes = new Outcomes();
        hold(peer, tally, exchange -> missed.addAll(push.run(exchange, scope, List.of(), outcomes, tally)));
        long before = tally.conflicts();
        tally.begin(Phase.PULLING, 0);
        pull(peer, scope, missed, outcomes, tally);
        tally.begin(Phase.RESOLVING, tally.conflicts());
        if (tally.conflicts() > before || !missed.isEmpty()) {
            // Otherwise the peer would hear of these outcomes, and of deletions that it had missed, only in the next run.
            hold(peer, tally, exchange -> push.run(exchange, scope, missed, outcomes, tally));
        }
        tally.passed(Phase.RESOLVING, tally.conflicts());
        tally.passed(Phase.APPLYING, tally.items());
    }

    private void pull(Peer peer, RunScope scope, List<Kind> missedThere, Outcomes outcomes, Tally tally) {
        Map<Kind, Cursor> missedHere = new LinkedHashMap<>();
        hold(peer, tally, exchange -> missedHere.putAll(pull.run(exchange, scope, missedThere, outcomes, tally)));
        if (!missedHere.isEmpty()) {
            hold(peer, tally, exchange -> {
                claiming.run(exchange, List.copyOf(missedHere.keySet()));
                pull.reached(exchange.session(), missedHere, scope);
            });
            hold(peer, tally, exchange -> pull.run(exchange, scope, List.of(), outcomes, tally));
        }
    }

    private void hold(Peer peer, Tally tally, Consumer<Exchange> request) {
        requests.hold(peer, tally, request);
    }
}
