package io.agentdb.sync.replica;

import java.util.List;
import java.util.stream.Collectors;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Who holds locks on the kinds' tables for longer than a moment, as far as this node's role may see it. */
final class LockHolders {

    private static final String QUERY = """
            select distinct a.pid, coalesce(a.usename, 'a role that is hidden'), coalesce(nullif(a.application_name, ''), 'no name'),
                coalesce(a.state, 'hidden'), coalesce(to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'a time that is hidden')
            from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'relation' and l.database = (select oid from pg_database where datname = current_database()) and l.granted
                and l.relation in ('episodes'::regclass, 'skills'::regclass, 'edges'::regclass, 'tombstones'::regclass)
                and l.mode in ('RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
                    'AccessExclusiveLock')
                and l.pid <> pg_backend_pid() and (a.xact_start is null or a.xact_start < clock_timestamp() - interval '2 seconds')
            order by 5 limit 3
            """;

    private LockHolders() {
    }

    /** For people. */
    static String words(JdbcTemplate jdbc) {
        try {
            List<String> holders = jdbc.query(QUERY, (row, i) -> "process " + row.getInt(1) + " (" + row.getString(2) + ", " + row.getString(3) + ", "
                    + row.getString(4) + ", its transaction open since " + row.getString(5) + ")");
            return holders.isEmpty() ? "another session" : holders.stream().collect(Collectors.joining(" or "));
        } catch (DataAccessException e) {
            return "another session";
        }
    }
}
