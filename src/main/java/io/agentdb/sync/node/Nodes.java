package io.agentdb.sync.node;

import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Other nodes, as this one remembers having synchronized with them. Thread-safe; blocks on the database. */
public final class Nodes {

    /**
     * A node that reads our feed, or whose feed we read.
     *
     * @param actor the incarnation that has read ours last; null if it never has
     * @param lastMoved null if nothing is known but its credential
     * @param holdsBack how many of our tombstones it has not passed
     * @param credential the token or certificate that keeps its id here; null if none does
     */
    public record Seen(String nodeId, @Nullable String actor, @Nullable Instant lastMoved, long holdsBack,
            @Nullable String credential) { }

    private final JdbcTemplate jdbc;

    public Nodes(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param feed this node's present actor: who has read another incarnation's feed only, has passed nothing of this
     *     one
     */
    public List<Seen> all(Actor feed) {
        return jdbc.query("""
                select coalesce(c.peer_node, k.node_id), max(c.reader) filter (where c.direction = 'push'),
                    max(c.moved_at),
                       coalesce(sum((select count(*) from tombstones t where t.kind = c.kind and
                               t.feed_xid > case when c.feed = ? then c.xid else 0 end))
                           filter (where c.direction = 'push' and c.scope = ''), 0),
                       max(k.credential)
                from cursors c full join node_credentials k on k.node_id = c.peer_node group by 1 order by 1
                """, (row, i) -> new Seen(row.getString(1), row.getString(2),
                        Optional.ofNullable(row.getObject(3, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant).orElse(null), row.getLong(4), row.getString(5)), feed.name());
    }

    /**
     * Forgets how far a node has read, so that nothing waits for it any more. If it comes back, it reads everything
     * anew, and claims what it holds, so that no deletion is undone. What it wrote stays, and stays known.
     *
     * @return whether there was anything to forget
     */
    public boolean retire(NodeId node) {
        // Not the meetings: who has forgotten those, seems to have gone back in time.
        return jdbc.update("delete from cursors where peer_node = ?", node.name()) > 0;
    }
}
