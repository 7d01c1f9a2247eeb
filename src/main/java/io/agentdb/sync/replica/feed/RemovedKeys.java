package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.knowledge.Tombstones;
import io.agentdb.sync.version.Actor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Drops the write times of metadata keys that are gone, once every peer that has ever acknowledged anything of our feed
 * has passed the version: who writes the key again has then seen that it was removed. Kept, they would outgrow the
 * record. Versions stay as they are. The trigger does the same of a record that is written again and again; this is for
 * those that are not. Thread-safe.
 */
public final class RemovedKeys {

    private static final int BATCH = 1_000;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    /** What lies below has been looked at: it has not changed since, or it would lie further on. */
    private final Map<Kind, Long> seen = new ConcurrentHashMap<>();

    public RemovedKeys(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /**
     * @param feed this node's present actor, see {@link Tombstones#drop}
     * @return of how many records some were dropped
     */
    public int drop(Kind kind, Actor feed) {
        long passed = jdbc.queryForObject("""
                select coalesce(min(case when feed = ? then xid else 0 end), agentdb_fence())
                from cursors where direction = 'push' and scope = '' and kind = ?
                """, (row, i) -> row.getLong(1), feed.name(), kind.name());
        long from = seen.getOrDefault(kind, 0L);
        int dropped = 0;
        int batch = BATCH;
        while (batch == BATCH) {
            batch = transaction.execute(status -> dropSome(kind, from, passed));
            dropped += batch;
        }
        seen.put(kind, passed);
        return dropped;
    }

    /** Not of a record about which something waits: what comes of that may need to know what was removed. */
    private int dropSome(Kind kind, long from, long passed) {
        jdbc.execute("set local agentdb.applying = 'on'");
        return jdbc.update("""
                with old as (
                    select id, agentdb_living(field_hlc, metadata, %2$d) as living from %1$s as t
                    where feed_xid >= ? and feed_xid < ? and field_hlc is not null
                        and not exists (select from conflicts c where c.outcome = 'open' and c.kind = '%1$s'
                            and c.record_id = t.id)
                        and not exists (select from quarantine q where q.kind = '%1$s' and q.id = t.id)
                        and agentdb_living(field_hlc, metadata, %2$d) <> field_hlc
                    order by feed_xid limit ? for update skip locked
                )
                update %1$s as t set field_hlc = old.living from old where t.id = old.id
                """.formatted(kind, Long.MAX_VALUE), from, passed, BATCH);
    }
}
