package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

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
    public Optional<Cursor> find(CursorKey key, Actor feed) {
        return jdbc.query("""
                select xid, id from cursors
                where peer_node = ? and kind = ? and direction = ? and scope = ? and feed = ? and reader = ?
                """, (row, i) -> new Cursor(feed, row.getLong(1), row.getObject(2, UUID.class)), key.peerNode().name(),
                key.kind().name(), direction(key), key.scope(), feed.name(), key.reader().name()).stream().findFirst();
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
    public void move(Move move) {
        CursorKey key = move.key();
        commit.update("""
                insert into cursors (peer_node, kind, direction, scope, feed, reader, xid, id)
                values (?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (peer_node, kind, direction, scope) do update
                    set feed = excluded.feed, reader = excluded.reader, xid = excluded.xid, id = excluded.id,
                    moved_at = now()
                """, key.peerNode().name(), key.kind().name(), direction(key), key.scope(),
                move.to().feed().name(), key.reader().name(), move.to().xid(), move.to().id());
    }

    private static String direction(CursorKey key) {
        return key.direction().name().toLowerCase(Locale.ROOT);
    }
}
