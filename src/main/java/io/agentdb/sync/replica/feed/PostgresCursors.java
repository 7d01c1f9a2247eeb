package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Table {@code cursors}. One that a crash takes back to where it stood a moment ago has records sent once more, which
 * are known then; the cursor behind a batch lasts with the batch.
 */
public final class PostgresCursors implements CursorStore {

    private final JdbcTemplate jdbc;
    private final AsynchronousCommit commit;

    public PostgresCursors(JdbcTemplate jdbc, AsynchronousCommit commit) {
        this.jdbc = jdbc;
        this.commit = commit;
    }

    @Override
    public Map<CursorKey, Cursor> find(Collection<CursorKey> keys, Actor feed) {
        List<CursorKey> asked = List.copyOf(keys);
        Map<CursorKey, Cursor> found = new HashMap<>();
        jdbc.query("""
                select number, xid, id from cursors join unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                    with ordinality as asked (peer_node, kind, direction, scope, reader, number)
                    using (peer_node, kind, direction, scope, reader)
                where feed = ?
                """, (RowCallbackHandler) row -> found.put(asked.get(row.getInt(1) - 1),
                new Cursor(feed, row.getLong(2), row.getObject(3, UUID.class))),
                texts(asked, key -> key.peerNode().name()), texts(asked, key -> key.kind().name()),
                texts(asked, PostgresCursors::direction), texts(asked, CursorKey::scope),
                texts(asked, key -> key.reader().name()), feed.name());
        return found;
    }

    @Override
    public List<Acknowledged> acknowledged(Actor feed) {
        return jdbc.query("""
                select peer_node, kind, reader, xid, id from cursors
                where direction = 'push' and scope = '' and feed = ? order by peer_node, kind
                """, (row, i) -> new Acknowledged(new NodeId(row.getString(1)),
                Kind.named(row.getString(2)).orElseThrow(), new Actor(row.getString(3)),
                new Cursor(feed, row.getLong(4), row.getObject(5, UUID.class))), feed.name());
    }

    @Override
    public void move(List<Move> moves) {
        List<CursorKey> keys = moves.stream().map(Move::key).toList();
        List<Cursor> to = moves.stream().map(Move::to).toList();
        // In one order: two who move the same ones would else wait for each other.
        commit.update("""
                insert into cursors (peer_node, kind, direction, scope, reader, feed, xid, id)
                select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[],
                    ?::uuid[])
                order by 1, 2, 3, 4
                on conflict (peer_node, kind, direction, scope) do update
                    set feed = excluded.feed, reader = excluded.reader, xid = excluded.xid, id = excluded.id,
                    moved_at = now()
                """, texts(keys, key -> key.peerNode().name()), texts(keys, key -> key.kind().name()),
                texts(keys, PostgresCursors::direction), texts(keys, CursorKey::scope),
                texts(keys, key -> key.reader().name()), texts(to, cursor -> cursor.feed().name()),
                to.stream().map(Cursor::xid).toArray(Long[]::new), to.stream().map(Cursor::id).toArray(UUID[]::new));
    }

    private static <T> String[] texts(List<T> all, Function<T, String> text) {
        return all.stream().map(text).toArray(String[]::new);
    }

    private static String direction(CursorKey key) {
        return key.direction().name().toLowerCase(Locale.ROOT);
    }
}
