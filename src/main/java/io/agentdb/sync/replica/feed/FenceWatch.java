package io.agentdb.sync.replica.feed;

import io.agentdb.sync.postgres.Planned;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Knows how long the feed has been held back. PostgreSQL tells the begin of another role's transaction only to members
 * of {@code pg_read_all_stats}, and of a prepared one to nobody; and a begin in the future, once the clock has been set
 * back, tells nothing. So it is noted at each look which id the next transaction will get: a transaction that has an id
 * from there on has written nothing before that look. Thread-safe.
 */
public final class FenceWatch {

    /** A fence that is held back for hours must not take memory without end. */
    private static final int LOOKS = 1_000;

    private final JdbcTemplate jdbc;
    /** For an id, when it was last known to be unused: by {@link System#nanoTime}. */
    private final TreeMap<Long, Long> unused = new TreeMap<>();
    private long held;
    private long heldSince;

    public FenceWatch(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Who holds the fence back is asked for only when somebody does: each run looks, and the answer is long. */
    public Fence look() {
        // Before the database looks: what got its id in between counts as older than it is, never as younger. The
        // snapshot's xmax would not do for the next id: it follows the last transaction that has ended, and open ones
        // may have ids from there on.
        long at = System.nanoTime();
        Look look = jdbc.queryForObject("""
                select agentdb_fence(), agentdb_fence() + age((agentdb_fence() % 4294967296)::text::xid),
                    coalesce(extract(epoch from clock_timestamp() - min(xact_start)), 0),
                    coalesce(bool_or(xact_start is null or xact_start > clock_timestamp()), false)
                        or exists (select from pg_prepared_xacts),
                    extract(epoch from clock_timestamp() - case when exists (select from pg_prepared_xacts)
                        then 'epoch' else pg_postmaster_start_time() end),
                    count(*) > 0 or exists (select from pg_prepared_xacts)
                from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
                """, (row, i) -> new Look(seen(at, row.getLong(1), row.getLong(2), seconds(row.getDouble(3)),
                        row.getBoolean(4), seconds(row.getDouble(5))), row.getBoolean(6)), Planned.ONCE);
        return look.held() ? look.fence().heldBy(holder()) : look.fence();
    }

    private record Look(Fence fence, boolean held) { }

    /** @return null if it has ended meanwhile */
    private @Nullable FenceHolder holder() {
        return jdbc.query("""
                select * from (
                    select backend_xid, pid, null, usename, datname, host(client_addr), application_name,
                        state, xact_start, nullif(left(query, :shown), '<insufficient privilege>')
                        from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
                    union all
                    select transaction, null, gid, owner, database, null, null, 'prepared', prepared, null
                        from pg_prepared_xacts
                ) as holders (xid, pid, gid, role, base, client, application, state, since, query)
                order by age(xid) desc limit 1
                """.replace(":shown", Integer.toString(FenceHolder.SHOWN)), (row, i) -> holder(row)).stream()
                .findFirst().orElse(null);
    }

    private static FenceHolder holder(ResultSet row) throws SQLException {
        OffsetDateTime since = row.getObject("since", OffsetDateTime.class);
        return new FenceHolder(row.getObject("pid", Integer.class), row.getString("gid"), row.getString("role"),
                row.getString("base"), row.getString("client"), row.getString("application"), row.getString("state"),
                since == null ? null : since.toInstant(), row.getString("query"));
    }

    private synchronized Fence seen(long at, long fence, long next, Duration told, boolean untold, Duration atMost) {
        unused.merge(next, at, Math::max);
        if (unused.size() > LOOKS) {
            // Not the first, by which the present fence may be judged. Without it the one before answers: older, still
            // true.
            unused.remove(unused.higherKey(unused.firstKey()));
        }
        if (held != fence) {
            held = fence;
            heldSince = at;
        }
        Map.Entry<Long, Long> free = unused.floorEntry(fence);
        Duration behind = free == null ? atMost : since(free.getValue());
        if (free != null) {
            unused.headMap(free.getKey()).clear();
        }
        return untold ? new Fence(fence, Collections.max(List.of(told, since(heldSince))), behind, null)
                : new Fence(fence, told, Collections.min(List.of(told, behind)), null);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
