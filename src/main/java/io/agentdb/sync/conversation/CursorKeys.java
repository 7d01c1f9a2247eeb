package io.agentdb.sync.conversation;

import com.github.f4b6a3.uuid.UuidCreator;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.feed.CursorStore.CursorKey;
import io.agentdb.sync.replica.feed.CursorStore.Flow;
import io.agentdb.sync.replica.feed.Selection;

/** Under which keys it is kept how far somebody has read: each selection has keys of its own. */
final class CursorKeys {

    /** What was pushed of everything, beside the cursor of what was passed. */
    private static final String SENT = "sent";

    private CursorKeys() {
    }

    /** How far the peer has passed our feed, by whatever way. */
    static CursorKey passed(Session peer, Kind kind) {
        return new CursorKey(peer.nodeId(), kind, Flow.PUSH, peer.actor(), name(Selection.ALL));
    }

    /** What the peer has acknowledged of our pushes: of what others say in its name, nothing counts there. */
    static CursorKey sent(Session peer, Kind kind, Selection selection) {
        return new CursorKey(peer.nodeId(), kind, Flow.PUSH, peer.actor(),
                selection.everything() ? SENT : name(selection));
    }

    /** How far we have read the peer's feed. */
    static CursorKey pulled(Session peer, Kind kind, Selection selection) {
        return new CursorKey(peer.nodeId(), kind, Flow.PULL, peer.own(), name(selection));
    }

    /** What a filtered sync has read says nothing about the rest. */
    private static String name(Selection selection) {
        return selection.everything() ? "" : UuidCreator.getNameBasedSha1(selection.toString()).toString();
    }
}
