package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
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
