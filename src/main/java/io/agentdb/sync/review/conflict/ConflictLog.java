package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.CopyBinary;
import io.agentdb.sync.replica.RevisionJson;
import io.agentdb.sync.replica.apply.ConflictSink;
import io.agentdb.sync.replica.knowledge.ActorTransactions;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.Resolution;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.version.VersionVector;
import io.agentdb.sync.version.Write;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Table {@code conflicts}: both versions of every conflict, the strategy and the outcome; open ones wait for a person.
 */
@Component
public class ConflictLog implements ConflictSink {

    private record Open(long id, UUID record, Dot remote, Write local) {
        boolean same(Conflict conflict) {
            return remote.sameWrite(conflict.remote().version().dot())
                    && local.equals(conflict.local().version().dot().write());
        }
    }

    private final JdbcTemplate jdbc;

    public ConflictLog(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void keep(NodeId peerNode, String strategy, List<Conflict> conflicts) {
        Kind kind = conflicts.get(0).local().kind();
        Map<UUID, List<Conflict>> parked = new HashMap<>();
        List<Conflict> logged = new ArrayList<>();
        for (Conflict conflict : conflicts) {
            if (conflict.resolution().outcome() == ConflictOutcome.OPEN) {
                park(parked.computeIfAbsent(conflict.local().id(), id -> new ArrayList<>()), conflict);
            } else {
                logged.add(conflict);
            }
        }
        Set<Conflict> again = parked.isEmpty() ? Set.of() : again(kind, parked);
        parked.values().forEach(waiting -> waiting.stream().filter(conflict -> !again.contains(conflict))
                .forEach(logged::add));
        if (!logged.isEmpty()) {
            jdbc.execute((ConnectionCallback<Long>) connection -> copy(connection, kind, peerNode, strategy, logged));
        }
    }

    /** By COPY: where two sides have changed everything, the log would otherwise take as long as the rest. */
    private static long copy(Connection connection, Kind kind, NodeId peerNode, String strategy,
            List<Conflict> conflicts) throws SQLException {
        Instant now = Instant.now();
        try (CopyBinary copy = new CopyBinary(connection, """
                copy conflicts (kind, record_id, peer_node, strategy, outcome, remote_actor, remote_counter, remote_xid,
                    local, remote, result,
                    resolved_at) from stdin (format binary)""")) {
            for (Conflict conflict : conflicts) {
                Resolution resolution = conflict.resolution();
                Dot remote = conflict.remote().version().dot();
                copy.startRow(12);
                copy.writeText(kind.name());
                copy.writeUuid(conflict.local().id());
                copy.writeText(peerNode.name());
                copy.writeText(strategy);
                copy.writeText(resolution.outcome().label());
                copy.writeText(remote.actor().name());
                copy.writeLong(remote.counter());
                copy.writeLong(remote.xid());
                copy.writeJsonb(RevisionJson.of(conflict.local()));
                copy.writeJsonb(RevisionJson.of(conflict.remote()));
                String result = result(conflict);
                if (result == null) {
                    copy.writeNull();
                } else {
                    copy.writeJsonb(result);
                }
                if (resolution.outcome() == ConflictOutcome.OPEN) {
                    copy.writeNull();
                } else {
                    copy.writeTimestamp(now);
                }
            }
            return copy.finish();
        }
    }

    /** Within a batch too, a version takes the place of those that it knows. */
    private static void park(List<Conflict> waiting, Conflict conflict) {
        if (waiting.stream().noneMatch(other -> other.remote().version().context()
                .contains(conflict.remote().version().dot()))) {
            waiting.removeIf(other -> conflict.remote().version().context().contains(other.remote().version().dot()));
            waiting.add(conflict);
        }
    }

    /**
     * Makes room for what is to be parked: a version takes the place of those that it knows.
     *
     * @return those that are parked already. They keep their row, else a person would never get hold of a conflict that
     *     each sync meets again; but not if our side has changed, since its row is then about versions that the person
     *     has not seen
     */
    private Set<Conflict> again(Kind kind, Map<UUID, List<Conflict>> parked) {
        Set<Conflict> again = new HashSet<>();
        List<Object[]> closed = new ArrayList<>();
        List<Object[]> widened = new ArrayList<>();
        for (Open open : open(kind, parked.keySet())) {
            for (Conflict conflict : parked.getOrDefault(open.record(), List.of())) {
                if (open.same(conflict)) {
                    again.add(conflict);
                    widened.add(new Object[] {RevisionJson.of(conflict.local()), RevisionJson.of(conflict.remote()),
                            open.id()});
                } else if (conflict.remote().version().context().contains(open.remote())) {
                    closed.add(new Object[] {ConflictOutcome.SUPERSEDED.label(), open.id()});
                }
            }
        }
        jdbc.batchUpdate("update conflicts set local = ?::jsonb, remote = ?::jsonb where id = ?", widened);
        close(closed);
        return again;
    }

    @Override
    public void close(Kind kind, Map<UUID, VersionVector> here) {
        close(kind, here, ConflictOutcome.ELSEWHERE);
    }

    /** Closes the open conflicts whose remote version a person's decision here has taken the place of. */
    void supersede(Kind kind, UUID record, VersionVector context) {
        close(kind, Map.of(record, context), ConflictOutcome.SUPERSEDED);
    }

    @Override
    public Map<Kind, Map<Actor, Long>> floors(Collection<Kind> kinds) {
        // Ours as well: a peer that kept the other version has not taken ours in, and would claim to know it.
        return ActorTransactions.read(jdbc, """
                select kind, actor, min(xid) from conflicts cross join lateral (values (remote_actor, remote_xid),
                    (local ->> 'actor', (local ->> 'xid')::bigint)) as sides (actor, xid)
                where outcome = 'open' and kind = any (?) group by 1, 2
                """, kinds);
    }

    @Override
    public Set<Waiting> waiting(Kind kind, Collection<UUID> ids) {
        return undecided(kind, ids);
    }

    @Override
    public Set<Waiting> undecided(Kind kind, Collection<UUID> ids) {
        Set<Waiting> waiting = new HashSet<>();
        open(kind, ids).forEach(open -> waiting.add(new Waiting(open.record(), open.remote().write())));
        return waiting;
    }

    /** How many conflicts have been logged and are still kept. */
    public long count() {
        return jdbc.queryForObject("select count(*) from conflicts", (row, i) -> row.getLong(1));
    }

    /** How many wait for a person. */
    public long open() {
        return jdbc.queryForObject("select count(*) from conflicts where outcome = 'open'", (row, i) -> row.getLong(1));
    }

    private void close(Kind kind, Map<UUID, VersionVector> known, ConflictOutcome outcome) {
        close(open(kind, known.keySet()).stream().filter(
                open -> known.getOrDefault(open.record(), VersionVector.EMPTY).contains(open.remote()))
                .map(open -> new Object[] {outcome.label(), open.id()}).toList());
    }

    private void close(List<Object[]> closed) {
        if (!closed.isEmpty()) {
            jdbc.batchUpdate("update conflicts set outcome = ?, resolved_at = now(), result = null"
                    + " where id = ? and outcome = 'open'", closed);
        }
    }

    private List<Open> open(Kind kind, Collection<UUID> ids) {
        return jdbc.query("""
                select id, record_id, remote_actor, remote_counter, remote_xid, local ->> 'actor',
                    (local ->> 'counter')::bigint
                from conflicts where outcome = 'open' and kind = ? and record_id = any (?)
                """, (row, i) -> new Open(row.getLong(1), row.getObject(2, UUID.class),
                new Dot(new Actor(row.getString(3)), row.getLong(4), row.getLong(5)),
                        new Write(new Actor(row.getString(6)), row.getLong(7))),
                kind.name(), ids.toArray(UUID[]::new));
    }

    /** The version that came of it, unless it is one of the two: under it the conflict left the record here. */
    private static @Nullable String result(Conflict conflict) {
        Revision winner = conflict.resolution().winner();
        return winner == null || Stream.of(conflict.local(), conflict.remote())
                .anyMatch(one -> one.version().dot().sameWrite(winner.version().dot())) ? null
                : RevisionJson.of(winner);
    }
}
