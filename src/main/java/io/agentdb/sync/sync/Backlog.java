package io.agentdb.sync.sync;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.ChangeFeed;
import io.agentdb.sync.replica.Cursor;
import io.agentdb.sync.replica.CursorStore;
import io.agentdb.sync.replica.CursorStore.Direction;
import io.agentdb.sync.replica.CursorStore.Key;
import io.agentdb.sync.replica.LocalNode;
import io.agentdb.sync.replica.NodeIdentity;
import io.agentdb.sync.replica.Selection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From where one of our feeds is to be sent to a peer, and how much that is. */
final class Backlog {

    private final ChangeFeed feed;
    private final CursorStore cursors;
    private final NodeIdentity self;

    Backlog(ChangeFeed feed, CursorStore cursors, NodeIdentity self) {
        this.feed = feed;
        this.cursors = cursors;
        this.self = self;
    }

    /**
     * Where to start sending to a peer: the further of what it says and of what it has acknowledged to us. Both mean that everything
     * before has been taken in there; a cursor on another incarnation's feed means nothing, so then it is the start.
     *
     * @throws ForeignFutureException if the peer has read further than our feed goes
     */
    Map<Kind, Cursor> from(List<Kind> kinds, Map<Kind, Cursor> told, Session peer, Selection selection) {
        self.refresh();
        long horizon = feed.horizon();
        Map<Kind, Cursor> from = new LinkedHashMap<>();
        for (Kind kind : kinds) {
            Cursor cursor = told.get(kind);
            if (cursor != null && cursor.feed().equals(self.actor()) && cursor.xid() >= horizon) {
                throw new ForeignFutureException(self.actor(), "peer " + peer.nodeId() + " has read our " + kind
                        + " up to transaction " + cursor.xid() + ", and we are only at " + horizon);
            }
            // "Since" is asked once and begins at the start; any other selection has a cursor of its own.
            Cursor acknowledged = selection.since() == null
                    ? cursors.find(pushed(peer, kind, selection), self.actor()).orElse(null) : null;
            Cursor start = Cursor.start(self.actor()).orFurther(cursor).orFurther(acknowledged);
            if (selection.everything() && start == cursor) {
                // What a peer asks from, it has stored: that acknowledges all before, as a push does.
                cursors.move(new CursorStore.Move(pushed(peer, kind, selection), start));
            }
            from.put(kind, start);
        }
        return from;
    }

    Map<Kind, Long> totals(Map<Kind, Cursor> from, long fence, Selection selection, Session peer) {
        Map<Kind, Long> totals = new LinkedHashMap<>();
        from.forEach((kind, cursor) -> totals.put(kind, feed.count(kind, cursor, fence, selection, peer.actor())));
        return totals;
    }

    /** The key under which we keep how far the peer has acknowledged our feed. */
    static Key pushed(Session peer, Kind kind, Selection selection) {
        return new Key(peer.nodeId(), kind, Direction.PUSH, peer.actor(), Scopes.of(selection));
    }

    /** The key under which we keep how far we have read the peer's feed. */
    static Key pulled(Session peer, Kind kind, LocalNode self, Selection selection) {
        return new Key(peer.nodeId(), kind, Direction.PULL, self.actor(), Scopes.of(selection));
    }
}
