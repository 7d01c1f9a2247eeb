package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.CursorStore.CursorKey;
import io.agentdb.sync.replica.feed.CursorStore.Move;
import io.agentdb.sync.replica.feed.Newest;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.run.DatabaseWentBack;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Where reading for a peer begins, and what is noted of how far it has come. Thread-safe; blocks on the database.
 */
public final class StartingPoints {

    private final ChangeFeed feed;
    private final CursorStore cursors;
    private final NodeKnowledge knowledge;
    private final LocalNode self;

    public StartingPoints(ChangeFeed feed, CursorStore cursors, NodeKnowledge knowledge, LocalNode self) {
        this.feed = feed;
        this.cursors = cursors;
        this.knowledge = knowledge;
        this.self = self;
    }

    /**
     * Where a peer that pulls begins: where it says, and never further. It has stored that together with the records
     * before it; what is noted here may be what somebody else has said in its name, and would leave out what it has not
     * got, for ever.
     *
     * @throws DatabaseWentBack if the peer has read further than our feed goes
     */
    Map<Kind, Cursor> asked(Map<Kind, Cursor> told, Session peer, Selection selection) {
        return from(List.copyOf(told.keySet()), told, peer, selection, (kind, said) -> said);
    }

    /**
     * Where a push begins: at the further of where the peer says and of what it has acknowledged of our pushes. A
     * cursor on another incarnation's feed means nothing, so then it is the start.
     *
     * @throws DatabaseWentBack if the peer has read further than our feed goes
     */
    Map<Kind, Cursor> unsent(List<Kind> kinds, Map<Kind, Cursor> told, Session peer, Selection selection) {
        // "Since" is asked once and begins at the start; any other selection has a cursor of its own.
        Map<Kind, Cursor> sent = selection.since() != null ? Map.of()
                : stored(kinds, kind -> CursorKeys.sent(peer, kind, selection), peer);
        return from(kinds, told, peer, selection,
                (kind, said) -> sent.containsKey(kind) ? said.orFurther(sent.get(kind)) : said);
    }

    private Map<Kind, Cursor> from(List<Kind> kinds, Map<Kind, Cursor> told, Session peer, Selection selection,
            BiFunction<Kind, Cursor, Cursor> begin) {
        Introduced.still(self, peer);
        long horizon = feed.horizon();
        Map<Kind, Cursor> from = new LinkedHashMap<>();
        Map<Kind, Cursor> passed = new LinkedHashMap<>();
        for (Kind kind : kinds) {
            Cursor cursor = told.get(kind);
            if (cursor != null && cursor.feed().equals(peer.own()) && cursor.xid() >= horizon) {
                throw new DatabaseWentBack(peer.own(), peer.actor(), "peer " + peer.nodeId() + " has read our " + kind
                        + " up to transaction " + cursor.xid() + ", and we are only at " + horizon);
            }
            Cursor start = Cursor.start(peer.own());
            Cursor said = cursor == null ? start : start.orFurther(cursor);
            passed.put(kind, said);
            from.put(kind, begin.apply(kind, said));
        }
        if (selection.everything()) {
            List<Move> moves = passed(peer, passed);
            if (!moves.isEmpty()) {
                cursors.move(moves);
            }
        }
        return from;
    }

    /**
     * What a peer asks from, it has stored: tombstones before need not wait for it. One that begins is counted at once:
     * those that are dropped while it reads would else be missed.
     */
    private List<Move> passed(Session peer, Map<Kind, Cursor> said) {
        Map<Kind, Cursor> before = stored(said.keySet(), kind -> CursorKeys.passed(peer, kind), peer);
        return said.entrySet().stream().filter(at -> !before.containsKey(at.getKey())
                        || !at.getValue().orFurther(before.get(at.getKey())).equals(before.get(at.getKey())))
                .map(at -> new Move(CursorKeys.passed(peer, at.getKey()), at.getValue())).toList();
    }

    private Map<Kind, Cursor> stored(Collection<Kind> kinds, Function<Kind, CursorKey> key, Session peer) {
        Map<Kind, Cursor> stored = new LinkedHashMap<>();
        cursors.find(kinds.stream().map(key).toList(), peer.own())
                .forEach((found, cursor) -> stored.put(found.kind(), cursor));
        return stored;
    }

    /** Notes what the peer has acknowledged of a push. */
    void acknowledged(Session peer, Map<Kind, Cursor> reached, Selection selection) {
        List<Move> moves = new ArrayList<>();
        reached.forEach((kind, cursor) -> moves.add(new Move(CursorKeys.sent(peer, kind, selection), cursor)));
        if (selection.everything()) {
            moves.addAll(passed(peer, reached));
        }
        cursors.move(moves);
    }

    /**
     * Those of the kinds of which a reader that stands there may have missed a deletion, because the tombstone was
     * dropped.
     */
    List<Kind> missed(Map<Kind, Cursor> from) {
        Map<Kind, Long> forgotten = knowledge.forgotten(from.keySet());
        List<Kind> missed = new ArrayList<>();
        from.forEach((kind, cursor) -> {
            long dropped = forgotten.getOrDefault(kind, 0L);
            // Maybe in the middle of the transaction that the last one belonged to.
            if (dropped > 0 && cursor.compareTo(Cursor.below(self.actor(), dropped + 1)) < 0) {
                missed.add(kind);
            }
        });
        return missed;
    }

    Map<Kind, Long> totals(Map<Kind, Cursor> from, Newest now, Selection selection, Function<Kind, Reader> readers) {
        Map<Kind, Long> totals = new LinkedHashMap<>();
        from.forEach((kind, cursor) -> totals.put(kind, now.isBeyond(cursor, kind)
                ? feed.count(kind, cursor, now.fence(), selection, readers.apply(kind)) : 0));
        return totals;
    }
}
