package io.agentdb.sync.review.quarantine;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.RevisionJson;
import io.agentdb.sync.replica.StorableReason;
import io.agentdb.sync.replica.apply.Quarantine;
import io.agentdb.sync.replica.knowledge.ActorTransactions;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Write;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
/** Table {@code quarantine}, as applying uses it. */
public final class PostgresQuarantine implements Quarantine {


    private final JdbcTemplate jdbc;

    public PostgresQuarantine(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void setAside(Revision revision, BatchOrigin source, String code, String reason) {
        jdbc.update("""
                insert into quarantine as q (kind, id, actor, counter, xid, peer_node, peer_actor, code, reason,
                    revision, next_try)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::json,
                    now() + case when ? then interval '10 seconds' else interval '2 minutes' end)
                on conflict (kind, id, actor, counter) do update set code = excluded.code, reason = excluded.reason, %s
                """.formatted(triedAgain("q")),
                revision.kind().name(), revision.id(), revision.version().dot().actor().name(),
                revision.version().dot().counter(), revision.version().dot().xid(), source.nodeId().name(),
                source.actor().name(), code, StorableReason.of(reason), RevisionJson.of(revision), code.equals(LOCKED));
    }

    @Override
    public Map<Kind, Map<Actor, Long>> floors(Collection<Kind> kinds) {
        // Not what claims to be ours and was given up: it would keep us from telling of our own writes for ever, and
        // who does not know of those cannot tell a deletion that was forgotten from a record that is new.
        return ActorTransactions.read(jdbc, """
                select kind, actor, min(xid) from quarantine where kind = any (?)
                    and (given_up_at is null or actor not in (select actor from node)) group by 1, 2
                """, kinds);
    }

    @Override
    public Set<Waiting> waiting(Kind kind, Collection<UUID> ids) {
        return new HashSet<>(jdbc.query("select id, actor, counter from quarantine where kind = ? and id = any (?)",
                (row, i) -> new Waiting(row.getObject(1, UUID.class),
                        new Write(new Actor(row.getString(2)), row.getLong(3))), kind.name(),
                ids.toArray(UUID[]::new)));
    }

    /** For an update after one more try: the next one is 2, 4, 8 … minutes after it, and at most a day. */
    static String triedAgain(String table) {
        return """
                attempts = %1$s.attempts + 1, last_at = now(),
                next_try = now() + least(interval '1 minute' * 2 ^ least(%1$s.attempts + 1, 11), interval '1 day')"""
                .formatted(table);
    }
}
