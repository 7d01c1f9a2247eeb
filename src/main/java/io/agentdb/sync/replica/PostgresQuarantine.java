package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** Table {@code quarantine}. */
public final class PostgresQuarantine implements Quarantine {

    private final JdbcTemplate jdbc;

    public PostgresQuarantine(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void setAside(Revision revision, Source source, String code, String reason) {
        jdbc.update("""
                insert into quarantine as q (kind, id, actor, counter, peer_node, reason, revision)
                values (?, ?, ?, ?, ?, ?, ?::json)
                on conflict (kind, id, actor, counter) do update
                    set attempts = q.attempts + 1, last_at = now(), reason = excluded.reason
                """, revision.kind().name(), revision.id(), revision.version().dot().actor().name(),
                revision.version().dot().counter(), source.nodeId(), code + ": " + reason, RevisionJson.of(revision));
    }

    @Override
    public Map<Actor, Long> floors(Kind kind) {
        Map<Actor, Long> floors = new HashMap<>();
        jdbc.query("select actor, min((revision ->> 'xid')::bigint) from quarantine where kind = ? group by actor",
                (RowCallbackHandler) row -> floors.put(new Actor(row.getString(1)), row.getLong(2)), kind.name());
        return floors;
    }

    @Override
    public Set<Waiting> waiting(Kind kind, Collection<UUID> ids) {
        return new HashSet<>(jdbc.query("select id, actor, counter from quarantine where kind = ? and id = any (?)",
                (row, i) -> new Waiting(row.getObject(1, UUID.class), new Actor(row.getString(2)), row.getLong(3)), kind.name(),
                ids.toArray(UUID[]::new)));
    }
}
