package io.agentdb.sync.run;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.version.Actor;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes new incarnations on what peers say of this node's past. Each costs a pass over all records and stays in
 * contexts and knowledge for ever; so after one, nobody gets another by his word alone for an hour: a second one has to
 * say so too, under another name. Thread-safe; blocks on the database.
 */
public final class IncarnationRenewal {

    private static final Logger log = LoggerFactory.getLogger(IncarnationRenewal.class);
    private static final Duration PAUSE = Duration.ofHours(1);

    private final LocalNode self;
    private final Duration pause;
    private final Set<String> names = new HashSet<>();
    private @Nullable Actor doubted;
    private long lastAt;
    private boolean any;

    public IncarnationRenewal(LocalNode self) {
        this(self, PAUSE);
    }

    public IncarnationRenewal(LocalNode self, Duration pause) {
        this.self = self;
        this.pause = pause;
    }

    /**
     * @param name of the credential of who says so, or of the peer that was dialled
     * @param witness see {@link LocalNode#renew}
     * @param seen the incarnation that the evidence is about
     * @return false if his word is not enough now
     */
    synchronized boolean renew(String name, @Nullable Actor witness, Actor seen, String evidence) {
        if (!self.actor().equals(seen)) {
            return true;
        }
        if (!seen.equals(doubted)) {
            doubted = seen;
            names.clear();
        }
        names.add(name);
        if (any && System.nanoTime() - lastAt < pause.toNanos() && names.size() < 2) {
            log.warn("'{}' says that this node's database went back in time, though it became {} less than {} minutes"
                    + " ago on somebody's word."
                    + " Another has to say so too. If the database was put back again, wait; if not, look who that"
                    + " is: {}", name, seen, pause.toMinutes(), evidence);
            return false;
        }
        self.renew(seen, witness, evidence);
        any = true;
        lastAt = System.nanoTime();
        return true;
    }

    /** On the server: as {@link #renew}, and tells the client what it has to do. */
    public PeerRejected renewed(Session peer, @Nullable Actor witness, Actor seen, String evidence) {
        return renew(peer.caller().name(), witness, seen, evidence)
                ? new PeerRejected(ErrorCode.CURSOR_FROM_FUTURE,
                        "this node's database went back in time; it is now " + self.actor() + ": connect again",
                                Duration.ZERO)
                : new PeerRejected(ErrorCode.FORBIDDEN, "this node took a new identity less than " + pause.toMinutes()
                        + " minutes ago, and takes" + " another one only when a second client says so too: " + evidence,
                                Duration.ZERO);
    }
}
