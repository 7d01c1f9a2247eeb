package io.agentdb.sync.replica.store;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.Planned;
import io.agentdb.sync.replica.ContextJson;
import io.agentdb.sync.replica.RevisionRows;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Stamps;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.VersionVector;
import java.sql.PreparedStatement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.postgresql.PGStatement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.RowCallbackHandler;

/** The kinds' tables and the tombstones. */
public final class PostgresVersions implements VersionStore {

    /** To PostgreSQL's driver. */
    private static final int BINARY = -1;

    private final JdbcTemplate jdbc;
    private final RevisionWriter writer;
    private final Interference interference;

    public PostgresVersions(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        this.writer = new RevisionWriter(jdbc);
        this.interference = new Interference(jdbc);
    }

    @Override
    public void store(Kind kind, List<Change> changes, BatchOrigin source) {
        writer.store(kind, changes, source.actor());
    }

    @Override
    public Stamps stamps(Kind kind, int atMost) {
        return new PostgresStamps(jdbc, kind, atMost);
    }

    @Override
    public long lastCounter() {
        return jdbc.queryForObject("select case when is_called then last_value else 0 end from agentdb_counter",
                (row, i) -> row.getLong(1));
    }

    @Override
    public long horizon() {
        return jdbc.queryForObject("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint",
                (row, i) -> row.getLong(1), Planned.ONCE);
    }

    @Override
    public Map<UUID, StoredVersion> lock(Kind kind, Collection<UUID> ids) {
        Map<UUID, StoredVersion> heads = new HashMap<>();
        for (boolean deleted : new boolean[] {false, true}) {
            jdbc.query("select " + RevisionRows.VERSION + from(kind, deleted) + " order by id for update",
                    (RowCallbackHandler) row -> heads.put(row.getObject("id", UUID.class),
                            new StoredVersion(RevisionRows.version(row), deleted)), (Object) array(ids));
        }
        return heads;
    }

    @Override
    public Set<UUID> locked(Kind kind, Collection<UUID> ids) {
        // As a write does: else every record would seem to be locked by itself, where somebody makes an index.
        jdbc.execute("lock table " + kind + ", tombstones in row exclusive mode");
        Set<UUID> locked = new HashSet<>();
        for (boolean deleted : new boolean[] {false, true}) {
            locked.addAll(jdbc.queryForList("select id" + from(kind, deleted), UUID.class, (Object) array(ids)));
            jdbc.queryForList("select id" + from(kind, deleted) + " for update skip locked", UUID.class,
                    (Object) array(ids)).forEach(locked::remove);
        }
        return locked;
    }

    @Override
    public Map<UUID, Revision> load(Kind kind, Collection<UUID> ids) {
        Map<UUID, Revision> revisions = new HashMap<>();
        for (boolean deleted : new boolean[] {false, true}) {
            String content = deleted ? "" : ", " + RevisionRows.whole(kind);
            jdbc.query(asked("select " + RevisionRows.VERSION + ", " + deleted + " as deleted" + content
                    + from(kind, deleted), ids),
                    (RowCallbackHandler) row -> revisions.put(row.getObject("id", UUID.class),
                            RevisionRows.revision(kind, row)));
        }
        return revisions;
    }

    @Override
    public void join(Kind kind, Map<UUID, VersionVector> contexts) {
        if (contexts.isEmpty()) {
            return;
        }
        List<Map.Entry<UUID, VersionVector>> joins = List.copyOf(contexts.entrySet());
        UUID[] ids = joins.stream().map(Map.Entry::getKey).toArray(UUID[]::new);
        String[] wider = joins.stream().map(join -> ContextJson.json(join.getValue())).toArray(String[]::new);
        interference.leavingContent(kind, ids, () -> {
            int joined = 0;
            for (String table : List.of(kind + " as t", "tombstones as t")) {
                joined += jdbc.update("update " + table + " set context = agentdb_join(t.context, j.context::jsonb)"
                        + " from unnest(?::uuid[], ?::text[]) as j(id, context) where t.id = j.id"
                        + (table.startsWith("tombstones") ? " and t.kind = '" + kind + "'" : ""), ids, wider);
            }
            interference.expect(kind, ids.length, joined);
        });
    }

    @Override
    public void given(Kind kind, Map<UUID, Dot> versions, BatchOrigin peer) {
        UUID[] ids = array(versions.keySet());
        String[] actors = versions.values().stream().map(dot -> dot.actor().name()).toArray(String[]::new);
        Long[] counters = versions.values().stream().map(Dot::counter).toArray(Long[]::new);
        interference.leavingContent(kind, ids, () -> {
            for (boolean deleted : new boolean[] {false, true}) {
                // In id order, as everybody locks.
                jdbc.update("update " + (deleted ? "tombstones" : kind) + " as t set via = ?"
                        + " from (select * from unnest(?::uuid[], ?::text[], ?::bigint[]) as g (id, actor, counter)"
                        + " order by id) as g where t.via is null and t.id = g.id and t.actor = g.actor"
                        + " and t.counter = g.counter" + (deleted ? " and t.kind = '" + kind + "'" : ""),
                        peer.actor().name(), ids, actors, counters);
            }
        });
    }

    /** Results in binary, from a statement's first execution on: contents would else come as hexadecimal digits. */
    private static PreparedStatementCreator asked(String sql, Collection<UUID> ids) {
        return connection -> {
            PreparedStatement statement = connection.prepareStatement(sql);
            statement.unwrap(PGStatement.class).setPrepareThreshold(BINARY);
            statement.setObject(1, array(ids));
            return statement;
        };
    }

    private static String from(Kind kind, boolean deleted) {
        return deleted
                ? " from tombstones where kind = '" + kind + "' and id = any (?)"
                : " from " + kind + " where id = any (?)";
    }

    private static UUID[] array(Collection<UUID> ids) {
        return ids.toArray(UUID[]::new);
    }
}
