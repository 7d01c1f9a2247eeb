package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far feeds have been read: ours by peers, theirs by us. Calls belong to the caller's transaction, if there is one.
 */
public interface CursorStore {

    /** Whose reading a cursor tells. */
    enum Flow { PULL, PUSH }

    /**
     * Which cursor.
     *
     * @param reader the incarnation that has read; what an earlier one had read may have been lost with its database
     * @param scope empty for everything, else what names a selection
     */
    record CursorKey(NodeId peerNode, Kind kind, Flow direction, Actor reader, String scope) { }

    /** A cursor to store. */
    record Move(CursorKey key, Cursor to) { }

    /** How far a peer has acknowledged our feed. */
    record Acknowledged(NodeId peerNode, Kind kind, Actor reader, Cursor cursor) { }

    /**
     * The stored cursor on that feed; empty if there is none, or it is of another incarnation of the feed or of its
     * reader.
     */
    default Optional<Cursor> find(CursorKey key, Actor feed) {
        return Optional.ofNullable(find(List.of(key), feed).get(key));
    }

    /** Those of the stored cursors on that feed that there are, by {@link #find(CursorKey, Actor)}. */
    Map<CursorKey, Cursor> find(Collection<CursorKey> keys, Actor feed);

    /** What peers have acknowledged of everything on that feed of ours. */
    List<Acknowledged> acknowledged(Actor feed);

    default void move(Move move) {
        move(List.of(move));
    }

    /** All of them, or none; no two of one cursor. */
    void move(List<Move> moves);
}
