package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/** How far feeds have been read: ours by peers, theirs by us. A move belongs to the caller's transaction, if there is one. */
public final class CursorStore {

    /** Whose reading a cursor tells. */
    public enum Direction { PULL, PUSH }

    /**
     * Which cursor.
     *
     * @param reader the incarnation that has read; what an earlier one had read may have been lost with its database
     * @param scope empty for everything, else what names a selection
     */
    public record Key(String peerNode, Kind kind, Direction direction, Actor reader, String scope) { }

    /** A cursor to store. */
    public record Move(Key key, Cursor to) { }

    /** How far a peer has acknowledged our feed. */
    public record Acknowledged(String peerNode, Kind kind, Actor reader, Cursor cursor) { }

    private final JdbcTemplate jdbc;

    public CursorStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The stored cursor on that feed; empty if there is none, or it is of another incarnation of the feed or of its reader. */
    public Optional<Cursor> find(Key key, Actor feed) {
        return jdbc.query("""
                select xid, id from cursors
                where peer_node = ? and kind = ? and direction = ? and scope = ? and feed = ? and reader = ?
                """, (row, i) -> new Cursor(feed, row.getLong(1), row.getObject(2, UUID.class)), key.peerNode(),
                key.kind().name(), direction(key), key.scope(), feed.name(), key.reader().name()).stream().findFirst();
    }

    /** What peers have acknowledged of everything on that feed of ours. */
    public List<Acknowledged> acknowledged(Actor feed) {
        return jdbc.query("""
                select peer_node, kind, reader, xid, id from cursors
                where direction = 'push' and scope = '' and feed = ? order by peer_node, kind
                """, (row, i) -> new Acknowledged(row.getString(1), Kind.named(row.getString(2)).orElseThrow(),
                new Actor(row.getString(3)), new Cursor(feed, row.getLong(4), row.getObject(5, UUID.class))), feed.name());
    }

    public void move(Move move) {
        Key key = move.key();
        jdbc.update("""
                insert into cursors (peer_node, kind, direction, scope, feed, reader, xid, id) values (?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (peer_node, kind, direction, scope) do update
                    set feed = excluded.feed, reader = excluded.reader, xid = excluded.xid, id = excluded.id, moved_at = now()
                """, key.peerNode(), key.kind().name(), direction(key), key.scope(), move.to().feed().name(),
                key.reader().name(), move.to().xid(), move.to().id());
    }

    private static String direction(Key key) {
        return key.direction().name().toLowerCase(Locale.ROOT);
    }
}
