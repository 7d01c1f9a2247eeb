package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** Tables {@code knowledge} and {@code forgotten}. */
public final class PostgresKnowledge implements KnowledgeStore {

    private final JdbcTemplate jdbc;

    public PostgresKnowledge(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<Actor, Entry> entries(Kind kind) {
        Map<Actor, Entry> entries = new HashMap<>();
        jdbc.query("select actor, xid, changed_xid from knowledge where kind = ?",
                (RowCallbackHandler) row -> entries.put(new Actor(row.getString(1)), new Entry(row.getLong(2), row.getLong(3))), kind.name());
        return entries;
    }

    @Override
    public void raise(Kind kind, Knowledge learnt) {
        jdbc.batchUpdate("""
                insert into knowledge as k (kind, actor, xid, changed_xid) values (?, ?, ?, agentdb_xid())
                on conflict (kind, actor) do update set xid = excluded.xid, changed_xid = excluded.changed_xid where k.xid < excluded.xid
                """, learnt.below().entrySet().stream()
                .map(entry -> new Object[] {kind.name(), entry.getKey().name(), entry.getValue()}).toList());
    }

    @Override
    public long forgotten(Kind kind) {
        return jdbc.queryForObject("select coalesce(max(feed_xid), 0) from forgotten where kind = ?", Long.class, kind.name());
    }
}
