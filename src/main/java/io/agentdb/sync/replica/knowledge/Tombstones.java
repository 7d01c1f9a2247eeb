package io.agentdb.sync.replica.knowledge;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Hlc;
import java.time.Instant;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Drops tombstones that have done their work: older than the retention, and passed by every peer that has ever
 * acknowledged anything of our feed. Where the last one lay is kept: whoever stands below it may have missed a
 * deletion, and claims what it holds. Thread-safe; safe to run in several processes at once.
 */
public final class Tombstones {

    private static final int BATCH = 10_000;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    public Tombstones(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /**
     * @param feed this node's present actor: a peer that has read another incarnation's feed only, has passed nothing
     *     of this one
     * @param before deletions of before that time are old enough
     * @return how many were dropped
     */
    public int drop(Kind kind, Actor feed, Instant before) {
        int dropped = 0;
        int batch = BATCH;
        while (batch == BATCH) {
            batch = transaction.execute(status -> dropSome(kind, passed(kind, feed), Hlc.at(before)));
            dropped += batch;
        }
        return dropped;
    }

    private long passed(Kind kind, Actor feed) {
        // A reader that begins meanwhile waits to be counted, and then learns what was forgotten; it would else walk
        // past the gap.
        jdbc.execute("lock table cursors in share mode");
        return jdbc.queryForObject("""
                select coalesce(min(case when feed = ? then xid else 0 end), agentdb_fence())
                from cursors where direction = 'push' and scope = '' and kind = ?
                """, (row, i) -> row.getLong(1), feed.name(), kind.name());
    }

    private int dropSome(Kind kind, long passed, long before) {
        return jdbc.queryForObject("""
                with old as (
                    select id from tombstones as t where kind = ? and feed_xid < ? and hlc < ? and not exists (
                        -- It is one of two versions between which a person has not decided.
                        select 1 from conflicts c where c.outcome = 'open' and c.kind = t.kind and c.record_id = t.id)
                        and not exists (
                        -- What waits was not deleted, as long as nothing else says so: it would come in.
                        select 1 from quarantine q where q.kind = t.kind and q.id = t.id)
                    order by feed_xid limit ? for update skip locked
                ), gone as (
                    delete from tombstones as t using old where t.kind = ? and t.id = old.id
                    returning t.feed_xid, t.context
                ), noted as (
                    insert into forgotten as f (kind, feed_xid) select ?, max(feed_xid) from gone having count(*) > 0
                    on conflict (kind) do update set feed_xid = greatest(f.feed_xid, excluded.feed_xid)
                ), named as (
                    -- Of these, what is known and not here was deleted: their knowledge stays, or it would come back.
                    -- This node's own actor too: after a renewal others tell of it as of any.
                    insert into knowledge as k (kind, actor, xid, buried)
                        select distinct ?, actor, 0, true from gone, jsonb_object_keys(gone.context) as actor
                    on conflict (kind, actor) do update set buried = true where not k.buried
                )
                select count(*) from gone
                """, (row, i) -> row.getInt(1), kind.name(), passed, before, BATCH, kind.name(), kind.name(),
                        kind.name());
    }
}
