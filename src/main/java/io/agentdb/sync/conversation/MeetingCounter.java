package io.agentdb.sync.conversation;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.MeetingStore;
import io.agentdb.sync.node.MeetingStore.Meetings;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.run.DatabaseWentBack;
import io.agentdb.sync.run.IncarnationRenewal;
import io.agentdb.sync.run.RunScope;
import java.time.Duration;

/**
 * Notices by the count of meetings that one of two nodes has been restored from a copy. Counted is under the actor that
 * the peer was told: this node may become another at any moment of a meeting, and a new actor that seemed to have
 * forgotten the former one's would bring the next.
 */
public final class MeetingCounter {

    private final MeetingStore store;
    private final LocalNode self;
    private final IncarnationRenewal renewals;

    public MeetingCounter(MeetingStore store, LocalNode self, IncarnationRenewal renewals) {
        this.store = store;
        this.self = self;
        this.renewals = renewals;
    }

    /** On the client: the request that begins a meeting. */
    PushRequest begin(RunScope scope, Session peer) {
        Introduced.still(self, peer);
        Meetings known = store.begin(peer.own(), peer.actor());
        return new PushRequest(scope.kinds(), scope.selection(), known.begun(), known.confirmed(), known.heard());
    }

    /**
     * On the client: the server has answered, so it has the number for good.
     *
     * @throws DatabaseWentBack if the server has been answered in meetings that this node has never heard of
     */
    void confirmed(PushRequest request, PushReady ready, Session peer) {
        // Looked at after the answer: what the server knew before was heard here before.
        if (!store.confirm(peer.own(), peer.actor(), request.meeting(), ready.met())) {
            long heard = store.of(peer.own(), peer.actor()).heard();
            if (ready.met() > heard) {
                throw new DatabaseWentBack(peer.own(), peer.actor(),
                        "peer " + peer.nodeId() + " has been answered by this node " + ready.met()
                                + " times, and this database knows of " + heard);
            }
        }
    }

    /**
     * On the server.
     *
     * @return the last of its own meetings with the client that the client has answered
     * @throws PeerRejected if one of the two has forgotten meetings; this node then is another incarnation
     */
    long hear(PushRequest request, Session peer) {
        Introduced.still(self, peer);
        Meetings known = store.of(peer.own(), peer.actor());
        if (request.meeting() == 0) {
            return known.confirmed();
        }
        if (request.confirmed() > known.heard() || request.heard() > known.begun()) {
            throw renewals.renewed(peer, peer.actor(), peer.own(),
                    "peer " + peer.nodeId() + " has met this node " + request.confirmed() + " times and was met by it "
                            + request.heard() + " times, and this database knows of " + known.heard() + " and "
                                    + known.begun());
        }
        if (request.meeting() <= known.heard()) {
            throw new PeerRejected(ErrorCode.RESTORED, "this is meeting " + request.meeting() + " with " + peer.actor()
                    + ", and number " + known.heard() + " was heard here before: its database went back in time",
                            Duration.ZERO);
        }
        store.hear(peer.own(), peer.actor(), request.meeting());
        return known.confirmed();
    }
}
