package io.agentdb.sync.replica.digest;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.RevisionRows;
import io.agentdb.sync.replica.apply.Quarantine;
import io.agentdb.sync.replica.feed.Fence;
import io.agentdb.sync.replica.feed.FenceWatch;
import io.agentdb.sync.replica.store.LockHolders;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** What this node holds, counted: for status pages, metrics and the proof that two nodes are equal. */
public final class NodeCounts {

    /** @param digest of every live record's id and content; equal digests mean equal memories */
    public record Digest(String kind, long records, String digest) { }

    /** Counting so much takes some 20 ms. */
    private static final int SMALL_TABLE_BYTES = 32 << 20;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final FenceWatch fences;

    public NodeCounts(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.fences = new FenceWatch(jdbc);
    }

    public long records(Kind kind) {
        return count("select count(*) from " + kind);
    }

    /**
     * About as many as there are, at no cost that grows with them: a small table is counted, of a large one the
     * planner's density times its pages is taken.
     */
    public double estimatedRecords(Kind kind) {
        return estimate(kind.name());
    }

    public double estimatedTombstones() {
        return estimate("tombstones");
    }

    /** Bytes on the disk of the database's server, indexes included. */
    public long databaseSize() {
        return count("select pg_database_size(current_database())");
    }

    /** When this node took its present actor, in seconds since 1970: any process may have done so. */
    public double incarnatedAt() {
        return jdbc.queryForObject("select extract(epoch from incarnated_at) from node", (row, i) -> row.getDouble(1));
    }

    public long tombstones() {
        return count("select count(*) from tombstones");
    }

    /** Edges whose ends name a skill or an episode that is not here: not an error, the record may still come. */
    public long danglingEdges() {
        return count("""
                select count(*) from edges e
                where (e.from_type = 'skill' and not exists (select 1 from skills s where s.id = e.from_id))
                   or (e.to_type = 'skill' and not exists (select 1 from skills s where s.id = e.to_id))
                   or (e.from_type = 'episode' and not exists (select 1 from episodes s where s.id = e.from_id))
                   or (e.to_type = 'episode' and not exists (select 1 from episodes s where s.id = e.to_id))
                """);
    }

    /** Records that are set aside, without those that were given up. */
    public long quarantined() {
        return count("select count(*) from quarantine where given_up_at is null");
    }

    /**
     * Who holds locks on the records' tables now, for people, as long as a record is set aside for a lock; else empty.
     */
    public List<String> lockedBy() {
        boolean waiting = count("select count(*) from quarantine where code = '" + Quarantine.LOCKED
                + "' and given_up_at is null") > 0;
        return waiting ? LockHolders.look(jdbc) : List.of();
    }

    public Fence fence() {
        return fences.look();
    }

    /** Reads every record of the kind. */
    public Digest digest(Kind kind) {
        return transaction.execute(status -> {
            // The digest is over text: every session must write times and numbers alike.
            jdbc.execute("set local timezone = 'UTC'; set local datestyle = 'ISO'; set local extra_float_digits = 1");
            return jdbc.queryForObject("""
                    select count(*), md5(coalesce(string_agg(md5(%s), '' order by id), '')) from %s
                    """.formatted(RevisionRows.digested(kind, "id, "), kind),
                    (row, i) -> new Digest(kind.name(), row.getLong(1), row.getString(2)));
        });
    }

    private double estimate(String table) {
        return jdbc.queryForObject("""
                select case when pg_relation_size(c.oid) <= %1$d then (select count(*) from %2$s)
                    else coalesce(nullif(c.reltuples, -1) / nullif(c.relpages, 0)
                        * (pg_relation_size(c.oid) / current_setting('block_size')::bigint),
                            pg_stat_get_live_tuples(c.oid)) end
                from pg_class c where c.oid = '%2$s'::regclass
                """.formatted(SMALL_TABLE_BYTES, table), (row, i) -> row.getDouble(1));
    }

    private long count(String sql) {
        return jdbc.queryForObject(sql, (row, i) -> row.getLong(1));
    }
}
