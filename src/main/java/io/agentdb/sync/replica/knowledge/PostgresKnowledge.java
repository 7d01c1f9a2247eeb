package io.agentdb.sync.replica.knowledge;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.version.Actor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Tables {@code knowledge} and {@code forgotten}. What is learnt may be gone after a crash: the records that it is
 * about have been stored before, and it is told again.
 */
public final class PostgresKnowledge implements KnowledgeStore {

    private final JdbcTemplate jdbc;
    private final AsynchronousCommit commit;

    public PostgresKnowledge(JdbcTemplate jdbc, AsynchronousCommit commit) {
        this.jdbc = jdbc;
        this.commit = commit;
    }

    @Override
    public Knowledge learnt(Kind kind) {
        Map<Actor, Long> below = new HashMap<>();
        jdbc.query("select actor, xid from knowledge where kind = ? and actor not in (select actor from node)",
                (RowCallbackHandler) row -> below.put(new Actor(row.getString(1)), row.getLong(2)), kind.name());
        return Knowledge.of(below);
    }

    @Override
    public void raise(Kind kind, Knowledge learnt) {
        List<Map.Entry<Actor, Long>> entries = List.copyOf(learnt.below().entrySet());
        commit.update("""
                insert into knowledge as k (kind, actor, xid) select ?, * from unnest(?::text[], ?::bigint[])
                on conflict (kind, actor) do update set xid = excluded.xid where k.xid < excluded.xid
                """, kind.name(), entries.stream().map(entry -> entry.getKey().name()).toArray(String[]::new),
                entries.stream().map(Map.Entry::getValue).toArray(Long[]::new));
    }

    @Override
    public int forgetUnnamed(Kind kind) {
        return jdbc.update("""
                with named as (
                    select jsonb_object_keys(context) as actor from %s
                    union select jsonb_object_keys(context) from tombstones where kind = ?
                    union select actor from quarantine where kind = ?
                    union select remote_actor from conflicts where kind = ? and outcome = 'open'
                    union select unnest(array[feed, reader]) from cursors)
                delete from knowledge as k where kind = ? and not buried
                    and not exists (select from named as n where n.actor = k.actor)
                """.formatted(kind.name()), kind.name(), kind.name(), kind.name(), kind.name());
    }

    @Override
    public long forgotten(Kind kind) {
        return jdbc.queryForObject("select coalesce(max(feed_xid), 0) from forgotten where kind = ?",
                (row, i) -> row.getLong(1), kind.name());
    }
}
