package io.agentdb.sync.replica.apply;

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
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** Takes counters when the first is asked for, while the records are locked, so that a record's counters only grow. */
final class PostgresStamps implements Stamps {

    private final JdbcTemplate jdbc;
    private final Kind kind;
    private final int atMost;
    private final Deque<Long> counters = new ArrayDeque<>();
    private Actor me;
    private long xid;
    private long now;

    PostgresStamps(JdbcTemplate jdbc, Kind kind, int atMost) {
        this.jdbc = jdbc;
        this.kind = kind;
        this.atMost = Math.max(1, atMost);
    }

    @Override
    public Version next(VersionVector seen, long after, boolean choice) {
        Dot dot = take();
        return new Version(dot, seen.with(dot), Math.max(now, after + 1), choice);
    }

    @Override
    public Version again(Version version, VersionVector seen) {
        Dot dot = take();
        return new Version(dot, seen.with(dot), version.hlc() + 1, version.choice());
    }

    private Dot take() {
        if (counters.isEmpty()) {
            // As a local write has it when its trigger asks. A renewal takes this table's lock first: between the stamp and the write, it would
            // commit, and what is written then under the former actor, peers that have met that one in another past take for known.
            jdbc.execute("lock table " + kind + " in row exclusive mode");
            // The database's own word for who writes: another process may have taken a new incarnation.
            jdbc.queryForObject("""
                    select agentdb_me(), agentdb_xid(), agentdb_now_hlc(), array(select nextval('agentdb_counter') from generate_series(1, ?))
                    """, (row, i) -> take(row), atMost);
        }
        return new Dot(me, counters.remove(), xid);
    }

    private boolean take(ResultSet row) throws SQLException {
        me = new Actor(row.getString(1));
        xid = row.getLong(2);
        now = row.getLong(3);
        List<Long> taken = Arrays.asList((Long[]) row.getArray(4).getArray());
        return counters.addAll(taken);
    }
}
