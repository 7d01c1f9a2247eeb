package io.agentdb.sync.sync;

import io.agentdb.sync.admission.RateLimits;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.LocalNode;
import io.agentdb.sync.version.Actor;
import java.time.Duration;

/**
 * Takes new incarnations on what peers say of this node's past. Each costs a pass over all records, so that nobody gets more than one a
 * minute by his word: who comes with more is told to wait, and nothing is exchanged with him meanwhile. Thread-safe.
 */
final class Renewals {

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final LocalNode self;
    private final RateLimits limits;

    Renewals(LocalNode self) {
        this(self, new RateLimits(1, Long.MAX_VALUE));
    }

    Renewals(LocalNode self, RateLimits limits) {
        this.self = self;
        this.limits = limits;
    }

    /**
     * @param witness who says so
     * @param seen the incarnation that the evidence is about
     * @return false if the same witness has made this node take a new one a moment ago
     */
    boolean renew(String witness, Actor seen, String evidence) {
        if (!self.actor().equals(seen)) {
            return true;
        }
        boolean may = limits.request(witness).isZero();
        if (may) {
            self.renew(seen, evidence);
        }
        return may;
    }

    /** On the server: as {@link #renew}, and tells the client what it has to do. */
    PeerRejected renewed(Session witness, Actor seen, String evidence) {
        return renew(witness.caller().name(), seen, evidence)
                ? new PeerRejected(ErrorCode.CURSOR_FROM_FUTURE, "this node's database went back in time; it is now " + self.actor()
                        + ": connect again", Duration.ZERO)
                : new PeerRejected(ErrorCode.RATE_LIMITED, "this node has taken a new identity on your word a moment ago, and does so once a"
                        + " minute", PAUSE);
    }
}
