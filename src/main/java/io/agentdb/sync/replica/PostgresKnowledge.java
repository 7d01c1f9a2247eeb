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
    public Knowledge learnt(Kind kind) {
        Map<Actor, Long> below = new HashMap<>();
        jdbc.query("select actor, xid from knowledge where kind = ?",
                (RowCallbackHandler) row -> below.put(new Actor(row.getString(1)), row.getLong(2)), kind.name());
        return Knowledge.of(below);
    }

    @Override
    public void raise(Kind kind, Knowledge learnt) {
        jdbc.batchUpdate("""
                insert into knowledge as k (kind, actor, xid) values (?, ?, ?)
                on conflict (kind, actor) do update set xid = excluded.xid where k.xid < excluded.xid
                """, learnt.below().entrySet().stream()
                .map(entry -> new Object[] {kind.name(), entry.getKey().name(), entry.getValue()}).toList());
    }

    @Override
    public long forgotten(Kind kind) {
        return jdbc.queryForObject("select coalesce(max(feed_xid), 0) from forgotten where kind = ?", Long.class, kind.name());
    }
}
