package io.agentdb.sync.replica.store;

import java.util.List;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Who holds locks on the kinds' tables for longer than a moment, as far as this node's role may see it. */
public final class LockHolders {

    private static final String QUERY = """
            with held as (
                select pid, virtualtransaction from pg_locks
                where locktype = 'relation' and database = (select oid from pg_database
                    where datname = current_database()) and granted
                    and relation in ('episodes'::regclass, 'skills'::regclass, 'edges'::regclass,
                        'tombstones'::regclass)
                    and mode in ('RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock',
                        'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))
            select words from (
                select xact_start, format('process %s (%s, %s, %s, its transaction open since %s)', pid,
                    coalesce(usename, 'a role that is hidden'),
                    coalesce(nullif(application_name, ''), 'no name'), coalesce(state, 'hidden'),
                    coalesce(to_char(xact_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                        'a time that is hidden'))
                from pg_stat_activity where pid in (select pid from held) and pid <> pg_backend_pid()
                union all
                select prepared, format('prepared transaction %s (%s, prepared at %s)', gid, owner,
                    to_char(prepared at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
                from pg_prepared_xacts where '-1/' || transaction::text in (select virtualtransaction from held)
            ) as holders (since, words)
            where since is null or since < clock_timestamp() - interval '2 seconds' order by since limit 3
            """;

    private LockHolders() {
    }

    /** For people, the longest first. */
    public static List<String> look(JdbcTemplate jdbc) {
        return jdbc.queryForList(QUERY, String.class);
    }

    /** For people; never an error in place of the one that is to be told. */
    static String words(JdbcTemplate jdbc) {
        try {
            List<String> holders = look(jdbc);
            return holders.isEmpty() ? "another session" : String.join(" or ", holders);
        } catch (DataAccessException e) {
            return "another session";
        }
    }
}
