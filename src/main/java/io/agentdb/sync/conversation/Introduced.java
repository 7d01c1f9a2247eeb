package io.agentdb.sync.conversation;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import java.time.Duration;

/**
 * Nothing is said on a connection once this node is another than the peer was told. That is the promise, and each
 * conversation looks; that such connections are closed as well saves the refusal, and is too late for what has begun
 * and where another process has taken the new actor.
 */
final class Introduced {

    private Introduced() {
    }

    /**
     * Looks who this node is now; blocks on the database.
     *
     * @throws PeerRejected if it has become another since the hello. What the two would tell each other now is of one
     *     that was given up: counted for the new one, a meeting would seem to have been forgotten, and bring another
     *     incarnation
     */
    static void still(LocalNode self, Session peer) {
        self.refresh();
        if (!self.actor().equals(peer.own())) {
            throw new PeerRejected(ErrorCode.CURSOR_FROM_FUTURE,
                    "this node has become " + self.actor() + " since its hello as " + peer.own() + ": connect again",
                            Duration.ZERO);
        }
    }
}
