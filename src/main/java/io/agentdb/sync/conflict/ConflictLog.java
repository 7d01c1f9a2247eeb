package io.agentdb.sync.conflict;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Conflict;
import io.agentdb.sync.replica.ConflictSink;
import io.agentdb.sync.replica.Resolution.Outcome;
import io.agentdb.sync.replica.RevisionJson;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.VersionVector;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;

/** Table {@code conflicts}: both versions of every conflict, the strategy and the outcome; open ones wait for a person. */
@Component
public class ConflictLog implements ConflictSink {

    private record Open(long id, UUID record, Dot remote) { }

    private final JdbcTemplate jdbc;

    public ConflictLog(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void keep(String peerNode, String strategy, List<Conflict> conflicts) {
        Kind kind = conflicts.get(0).local().kind();
        Map<UUID, VersionVector> waiting = new HashMap<>();
        conflicts.stream().filter(conflict -> conflict.resolution().outcome() == Outcome.OPEN)
                .forEach(conflict -> waiting.put(conflict.remote().id(), conflict.remote().version().context()));
        if (!waiting.isEmpty()) {
            // A version takes the place of those that it knows; of its own earlier copy too, since our side may have changed.
            close(kind, waiting, "superseded");
        }
        jdbc.batchUpdate("""
                insert into conflicts (kind, record_id, peer_node, strategy, outcome, local, remote, result, resolved_at,
                    remote_actor, remote_counter, remote_xid)
                values (?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, case when ? <> 'open' then now() end, ?, ?, ?)
                """, conflicts.stream().map(conflict -> row(kind, peerNode, strategy, conflict)).toList());
    }

    @Override
    public void settle(Kind kind, Map<UUID, VersionVector> here) {
        close(kind, here, "elsewhere");
    }

    @Override
    public Map<Actor, Long> floors(Kind kind) {
        Map<Actor, Long> floors = new HashMap<>();
        jdbc.query("select remote_actor, min(remote_xid) from conflicts where outcome = 'open' and kind = ? group by 1",
                (RowCallbackHandler) row -> floors.put(new Actor(row.getString(1)), row.getLong(2)), kind.name());
        return floors;
    }

    @Override
    public Set<Waiting> waiting(Kind kind, Collection<UUID> ids) {
        Set<Waiting> waiting = new HashSet<>();
        open(kind, ids).forEach(open -> waiting.add(new Waiting(open.record(), open.remote().actor(), open.remote().counter())));
        return waiting;
    }

    /** How many conflicts have been logged and are still kept. */
    public long count() {
        return jdbc.queryForObject("select count(*) from conflicts", Long.class);
    }

    /** How many wait for a person. */
    public long open() {
        return jdbc.queryForObject("select count(*) from conflicts where outcome = 'open'", Long.class);
    }

    private void close(Kind kind, Map<UUID, VersionVector> known, String outcome) {
        List<Object[]> closed = open(kind, known.keySet()).stream().filter(open -> known.get(open.record()).contains(open.remote()))
                .map(open -> new Object[] {outcome, open.id()}).toList();
        if (!closed.isEmpty()) {
            jdbc.batchUpdate("update conflicts set outcome = ?, resolved_at = now() where id = ? and outcome = 'open'", closed);
        }
    }

    private List<Open> open(Kind kind, Collection<UUID> ids) {
        return jdbc.query("""
                select id, record_id, remote_actor, remote_counter, remote_xid from conflicts
                where outcome = 'open' and kind = ? and record_id = any (?)
                """, (row, i) -> new Open(row.getLong(1), row.getObject(2, UUID.class),
                new Dot(new Actor(row.getString(3)), row.getLong(4), row.getLong(5))), kind.name(), ids.toArray(UUID[]::new));
    }

    private static Object[] row(Kind kind, String peerNode, String strategy, Conflict conflict) {
        String outcome = conflict.resolution().outcome().label();
        Dot remote = conflict.remote().version().dot();
        return new Object[] {kind.name(), conflict.local().id(), peerNode, strategy, outcome, RevisionJson.of(conflict.local()),
            RevisionJson.of(conflict.remote()),
            conflict.resolution().outcome() == Outcome.MERGED ? RevisionJson.of(conflict.resolution().winner()) : null,
            outcome, remote.actor().name(), remote.counter(), remote.xid()};
    }
}
