package io.agentdb.sync.replica.store;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.Stamps;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Takes counters when the first is asked for, while the records are locked, so that a record's counters only grow. */
final class PostgresStamps implements Stamps {

    private final JdbcTemplate jdbc;
    private final Kind kind;
    private final int atMost;
    private @Nullable Supply supply;

    /** What was taken last. */
    private record Supply(Actor me, long xid, long now, Deque<Long> counters) {
        Dot take() {
            return new Dot(me, counters.remove(), xid);
        }
    }

    PostgresStamps(JdbcTemplate jdbc, Kind kind, int atMost) {
        this.jdbc = jdbc;
        this.kind = kind;
        this.atMost = Math.max(1, atMost);
    }

    @Override
    public Version next(VersionVector seen, long after, boolean choice) {
        Supply from = supply();
        Dot dot = from.take();
        return new Version(dot, seen.with(dot), Math.max(from.now(), after + 1), choice);
    }

    @Override
    public Version again(Version version, VersionVector seen) {
        Dot dot = supply().take();
        return new Version(dot, seen.with(dot), version.hlc() + 1, version.choice());
    }

    private Supply supply() {
        if (supply == null || supply.counters().isEmpty()) {
            // As a local write has it when its trigger asks. A renewal takes this table's lock first: between the stamp
            // and the write, it would commit, and what is written then under the former actor, peers that have met that
            // one in another past take for known.
            jdbc.execute("lock table " + kind + " in row exclusive mode");
            // The database's own word for who writes: another process may have taken a new incarnation.
            supply = jdbc.queryForObject("""
                    select agentdb_me(), agentdb_xid(), agentdb_now_hlc(),
                        array(select nextval('agentdb_counter') from generate_series(1, ?))
                    """, (row, i) -> supply(row), atMost);
        }
        return supply;
    }

    private static Supply supply(ResultSet row) throws SQLException {
        return new Supply(new Actor(row.getString(1)), row.getLong(2), row.getLong(3),
                new ArrayDeque<>(Arrays.asList((Long[]) row.getArray(4).getArray())));
    }
}
