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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
        return from(List.copyOf(told.keySet()), told, peer, selection, null);
    }

    /**
     * Where a push begins: at the further of where the peer says and of what it has acknowledged of our pushes. A
     * cursor on another incarnation's feed means nothing, so then it is the start.
     *
     * @throws DatabaseWentBack if the peer has read further than our feed goes
     */
    Map<Kind, Cursor> unsent(List<Kind> kinds, Map<Kind, Cursor> told, Session peer, Selection selection) {
        // "Since" is asked once and begins at the start; any other selection has a cursor of its own.
        return from(kinds, told, peer, selection,
                selection.since() != null ? null : kind -> CursorKeys.sent(peer, kind, selection));
    }

    /** @param sent what the peer has acknowledged of pushes; null if that does not matter */
    private Map<Kind, Cursor> from(List<Kind> kinds, Map<Kind, Cursor> told, Session peer, Selection selection,
            @Nullable Function<Kind, CursorKey> sent) {
        Introduced.still(self, peer);
        long horizon = feed.horizon();
        Map<CursorKey, Cursor> stored = stored(kinds, peer, selection, sent);
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
            Cursor acknowledged = sent == null ? null : stored.get(sent.apply(kind));
            from.put(kind, acknowledged == null ? said : said.orFurther(acknowledged));
        }
        if (selection.everything()) {
            List<Move> moves = passed(peer, passed, stored);
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
    private static List<Move> passed(Session peer, Map<Kind, Cursor> said, Map<CursorKey, Cursor> stored) {
        List<Move> moves = new ArrayList<>();
        said.forEach((kind, cursor) -> {
            CursorKey key = CursorKeys.passed(peer, kind);
            Cursor before = stored.get(key);
            if (before == null || !cursor.orFurther(before).equals(before)) {
                moves.add(new Move(key, cursor));
            }
        });
        return moves;
    }

    private Map<CursorKey, Cursor> stored(Collection<Kind> kinds, Session peer, Selection selection,
            @Nullable Function<Kind, CursorKey> sent) {
        List<CursorKey> keys = new ArrayList<>();
        for (Kind kind : kinds) {
            if (selection.everything()) {
                keys.add(CursorKeys.passed(peer, kind));
            }
            if (sent != null) {
                keys.add(sent.apply(kind));
            }
        }
        return keys.isEmpty() ? Map.of() : cursors.find(keys, peer.own());
    }

    /** Notes what the peer has acknowledged of a push. */
    void acknowledged(Session peer, Map<Kind, Cursor> reached, Selection selection) {
        List<Move> moves = new ArrayList<>();
        reached.forEach((kind, cursor) -> moves.add(new Move(CursorKeys.sent(peer, kind, selection), cursor)));
        if (selection.everything()) {
            moves.addAll(passed(peer, reached, stored(reached.keySet(), peer, selection, null)));
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
