package io.agentdb.sync.replica.knowledge;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.version.Actor;
import java.util.ArrayList;
import java.util.Collection;
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
    public Map<Kind, Knowledge> learnt(Collection<Kind> kinds) {
        Map<Kind, Map<Actor, Long>> below = ActorTransactions.read(jdbc, """
                select kind, actor, xid from knowledge
                where kind = any (?) and actor not in (select actor from node)""", kinds);
        Map<Kind, Knowledge> learnt = new HashMap<>();
        below.forEach((kind, actors) -> learnt.put(kind, Knowledge.of(actors)));
        return learnt;
    }

    @Override
    public void raise(Map<Kind, Knowledge> learnt) {
        List<String> kinds = new ArrayList<>();
        List<String> actors = new ArrayList<>();
        List<Long> xids = new ArrayList<>();
        learnt.forEach((kind, knowledge) -> knowledge.below().forEach((actor, xid) -> {
            kinds.add(kind.name());
            actors.add(actor.name());
            xids.add(xid);
        }));
        // In one order: two who raise the same ones would else wait for each other.
        commit.update("""
                insert into knowledge as k (kind, actor, xid)
                    select * from unnest(?::text[], ?::text[], ?::bigint[]) order by 1, 2
                on conflict (kind, actor) do update set xid = excluded.xid where k.xid < excluded.xid
                """, kinds.toArray(String[]::new), actors.toArray(String[]::new), xids.toArray(Long[]::new));
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
    public Map<Kind, Long> forgotten(Collection<Kind> kinds) {
        Map<Kind, Long> forgotten = new HashMap<>();
        kinds.forEach(kind -> forgotten.put(kind, 0L));
        jdbc.query("select kind, max(feed_xid) from forgotten where kind = any (?) group by kind",
                (RowCallbackHandler) row -> forgotten.put(Kind.named(row.getString(1)).orElseThrow(), row.getLong(2)),
                (Object) kinds.stream().map(Kind::name).toArray(String[]::new));
        return forgotten;
    }
}
