package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.CursorStore.Flow;
import io.agentdb.sync.replica.feed.CursorStore.CursorKey;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.run.DatabaseWentBack;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** From where one of our feeds is to be sent to a peer, and how much that is. */
public final class Backlog {

    private final ChangeFeed feed;
    private final CursorStore cursors;
    private final NodeKnowledge knowledge;
    private final LocalNode self;

    public Backlog(ChangeFeed feed, CursorStore cursors, NodeKnowledge knowledge, LocalNode self) {
        this.feed = feed;
        this.cursors = cursors;
        this.knowledge = knowledge;
        this.self = self;
    }

    /**
     * Looks whether this node is still the one that the peer was told.
     *
     * @throws PeerRejected if not
     */
    void current(Session peer) {
        Introduced.still(self, peer);
    }

    /**
     * Where a peer that pulls begins: where it says, and never further. It has stored that together with the records before it; what is
     * noted here may be what somebody else has said in its name, and would leave out what it has not got, for ever.
     *
     * @throws DatabaseWentBack if the peer has read further than our feed goes
     */
    Map<Kind, Cursor> asked(Map<Kind, Cursor> told, Session peer, Selection selection) {
        return from(List.copyOf(told.keySet()), told, peer, selection, (kind, said) -> said);
    }

    /**
     * Where a push begins: at the further of where the peer says and of what it has acknowledged of our pushes. A cursor on another
     * incarnation's feed means nothing, so then it is the start.
     *
     * @throws DatabaseWentBack if the peer has read further than our feed goes
     */
    Map<Kind, Cursor> unsent(List<Kind> kinds, Map<Kind, Cursor> told, Session peer, Selection selection) {
        // "Since" is asked once and begins at the start; any other selection has a cursor of its own.
        return from(kinds, told, peer, selection, (kind, said) -> selection.since() != null ? said
                : cursors.find(sent(peer, kind, selection), peer.own()).map(said::orFurther).orElse(said));
    }

    private Map<Kind, Cursor> from(List<Kind> kinds, Map<Kind, Cursor> told, Session peer, Selection selection,
            BiFunction<Kind, Cursor, Cursor> begin) {
        current(peer);
        long horizon = feed.horizon();
        Map<Kind, Cursor> from = new LinkedHashMap<>();
        for (Kind kind : kinds) {
            Cursor cursor = told.get(kind);
            if (cursor != null && cursor.feed().equals(peer.own()) && cursor.xid() >= horizon) {
                throw new DatabaseWentBack(peer.own(), peer.actor(), "peer " + peer.nodeId() + " has read our " + kind
                        + " up to transaction " + cursor.xid() + ", and we are only at " + horizon);
            }
            Cursor start = Cursor.start(peer.own());
            Cursor said = cursor == null ? start : start.orFurther(cursor);
            if (selection.everything()) {
                passed(peer, kind, said);
            }
            from.put(kind, begin.apply(kind, said));
        }
        return from;
    }

    /**
     * What a peer asks from, it has stored: tombstones before need not wait for it. One that begins is counted at once: those that are
     * dropped while it reads would else be missed.
     */
    private void passed(Session peer, Kind kind, Cursor said) {
        if (cursors.find(pushed(peer, kind), peer.own()).filter(before -> said.orFurther(before).equals(before)).isEmpty()) {
            cursors.move(new CursorStore.Move(pushed(peer, kind), said));
        }
    }

    /** Notes what the peer has acknowledged of a push. */
    void acknowledged(Session peer, Kind kind, Selection selection, Cursor cursor) {
        cursors.move(new CursorStore.Move(sent(peer, kind, selection), cursor));
        if (selection.everything()) {
            passed(peer, kind, cursor);
        }
    }

    /** Those of the kinds of which a reader that stands there may have missed a deletion, because the tombstone was dropped. */
    List<Kind> missed(Map<Kind, Cursor> from) {
        return from.entrySet().stream().filter(entry ->
                        // Maybe in the middle of the transaction that the last one belonged to.
                        entry.getValue().compareTo(Cursor.below(self.actor(), knowledge.forgotten(entry.getKey()) + 1)) < 0
                        && knowledge.forgotten(entry.getKey()) > 0)
                .map(Map.Entry::getKey).toList();
    }

    Map<Kind, Long> totals(Map<Kind, Cursor> from, long fence, Selection selection, Function<Kind, Reader> readers) {
        Map<Kind, Long> totals = new LinkedHashMap<>();
        from.forEach((kind, cursor) -> totals.put(kind, feed.count(kind, cursor, fence, selection, readers.apply(kind))));
        return totals;
    }

    /** What is here already, whoever it came from. */
    Map<Kind, Knowledge> held(List<Kind> kinds) {
        return each(kinds, (kind, fence) -> knowledge.fitting(knowledge.held(kind, fence)));
    }

    /**
     * What a peer that reads everything below the fence may take over in the end; nothing, if it reads a selection only. Put down before
     * the rows are read, and told by {@link #stillTold} behind them.
     */
    Map<Kind, Knowledge> told(List<Kind> kinds, long fence, Selection selection) {
        return selection.everything() ? each(kinds, (kind, now) -> knowledge.held(kind, fence)) : Map.of();
    }

    /**
     * What of it may be told, now that the rows have been read.
     *
     * @throws PeerRejected if this node has become another meanwhile
     */
    Map<Kind, Knowledge> stillTold(Map<Kind, Knowledge> told, long fence, Session peer) {
        // A new incarnation moves every row above the fence: those that were not read yet would be told as known, and never be sent.
        current(peer);
        Map<Kind, Knowledge> still = new LinkedHashMap<>(told);
        still.replaceAll((kind, known) -> knowledge.told(kind, known, feed.seenAbove(kind, fence)));
        return still;
    }

    /**
     * @param asked the kinds that this conversation is about, and that the peer may tell of
     * @throws ProtocolException if it tells of others: nothing is learnt then
     */
    void learn(Map<Kind, Knowledge> told, Collection<Kind> asked) {
        Scopes.within(asked, told.keySet(), "told");
        told.forEach(knowledge::learn);
    }

    /**
     * For whom each kind is read.
     *
     * @throws DatabaseWentBack if the peer knows more of our writes than there are
     */
    Function<Kind, Reader> readers(Session peer, Map<Kind, Knowledge> known) {
        long horizon = feed.horizon();
        known.values().forEach(knowledge -> {
            if (knowledge.below().getOrDefault(peer.own(), 0L) > horizon) {
                throw new DatabaseWentBack(peer.own(), null, "peer " + peer.nodeId() + " knows of our transactions up to "
                        + knowledge.below().get(peer.own()) + ", and we are only at " + horizon);
            }
        });
        return kind -> new Reader(peer.actor(), known.getOrDefault(kind, Knowledge.NONE));
    }

    /** The key under which we keep how far the peer has passed our feed, by whatever way. */
    private static CursorKey pushed(Session peer, Kind kind) {
        return new CursorKey(peer.nodeId(), kind, Flow.PUSH, peer.actor(), Scopes.of(Selection.ALL));
    }

    /** The key under which we keep what the peer has acknowledged of our pushes: of what others say in its name, nothing counts there. */
    private static CursorKey sent(Session peer, Kind kind, Selection selection) {
        return new CursorKey(peer.nodeId(), kind, Flow.PUSH, peer.actor(), selection.everything() ? Scopes.SENT : Scopes.of(selection));
    }

    /** The key under which we keep how far we have read the peer's feed. */
    static CursorKey pulled(Session peer, Kind kind, Selection selection) {
        return new CursorKey(peer.nodeId(), kind, Flow.PULL, peer.own(), Scopes.of(selection));
    }

    private Map<Kind, Knowledge> each(List<Kind> kinds, BiFunction<Kind, Long, Knowledge> what) {
        long fence = feed.fence();
        Map<Kind, Knowledge> each = new LinkedHashMap<>();
        kinds.forEach(kind -> each.put(kind, what.apply(kind, fence)));
        return each;
    }
}
