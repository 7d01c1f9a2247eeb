package io.agentdb.sync.replica.store;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What somebody has added to the kinds' tables, and what it may do to replication: told at the start and in the status,
 * since nothing of it shows until a record meets it. What is safe is in docs/operations.md. Thread-safe; blocks for the
 * database.
 */
public final class Additions {

    /**
     * One of them.
     *
     * @param what trigger, rule, row security, foreign key, constraint, unique index, column or inheritance
     * @param effect what it may do, for people
     */
    public record Addition(String kind, String what, String name, String effect) { }

    private static final Logger log = LoggerFactory.getLogger(Additions.class);

    private static final String QUERY = """
            with kinds as (select oid, relname::text as kind from pg_class
                where oid = any (array['episodes', 'skills', 'edges']::regclass[]))
            select kind, 'trigger' as what, tgname::text as name, case
                when position('agentdb.applying' in pg_get_triggerdef(t.oid)) > 0
                    then 'leaves alone what is stored from peers'
                when t.tgtype & 3 = 3 and t.tgname > '~agentdb_stamp'
                    then 'fires after the stamp: what it changes has no version'
                when t.tgtype & 3 = 3
                    then 'fires for what is stored from peers too: what it drops or changes is set aside'
                else 'fires for what is stored from peers too: what it writes to a kind is a local write, '
                    || 'and goes back to them' end as effect
            from kinds k join pg_trigger t on t.tgrelid = k.oid join pg_proc p on p.oid = t.tgfoid
            where not t.tgisinternal and t.tgenabled <> 'D' and not starts_with(p.proname, 'agentdb_')
            union all
            select kind, 'rule', rulename, 'what it drops is set aside' from kinds k
                join pg_rewrite r on r.ev_class = k.oid where ev_type <> '1'
            union all
            select kind, 'row security', kind, case when row_security_active(k.oid)
                then 'hides records from this node: not supported'
                else 'agents see some records only; this node sees all' end
            from kinds k join pg_class c on c.oid = k.oid where c.relrowsecurity
            union all
            select kind, 'foreign key', conname, case
                when c.conrelid <> k.oid and c.confdeltype = 'c' then 'a delete from a peer deletes there as well'
                when c.conrelid <> k.oid
                    then 'a delete from a peer is set aside as long as something refers to the record'
                else 'a record that comes before what it refers to is set aside, and tried again' end
            from kinds k join pg_constraint c on k.oid in (c.conrelid, c.confrelid) where contype = 'f'
            union all
            select kind, 'constraint', conname, 'a record that breaks it is set aside'
            from kinds k join pg_constraint c on c.conrelid = k.oid
            where contype in ('c', 'u', 'x') and conname not like kind || '\\_%\\_portable'
                and conname not in (kind || '_size', kind || '_unknown', kind || '_version', kind || '_sendable',
                'episodes_tags_check', 'episodes_latency_ms_check', 'episodes_tokens_used_check', 'skills_tags_check',
                'skills_uses_check', 'edges_co_occurrences_check', 'edges_sample_size_check')
            union all
            select kind, 'unique index', i.indexrelid::regclass::text, 'a record that breaks it is set aside'
            from kinds k join pg_index i on i.indrelid = k.oid
            where i.indisunique and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
            union all
            select kind, 'column', attname, case
                when attnotnull and not atthasdef
                    then 'has no value for what is stored from peers, and allows no null: all of it is set aside'
                else 'stays on this node: a change of it is no version' end
            from kinds k join pg_attribute a on a.attrelid = k.oid
            where attnum > 0 and not attisdropped and attname <> all (agentdb_columns(kind))
            union all
            select kind, 'inheritance', i.inhrelid::regclass::text,
                'rows of other tables are stamped and sent by nobody: not supported'
            from kinds k join pg_inherits i on k.oid in (i.inhrelid, i.inhparent)
            order by 1, 2, 3
            """;

    private final JdbcTemplate jdbc;

    public Additions(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public List<Addition> look() {
        return jdbc.query(QUERY, (row, i) -> new Addition(
                row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
    }

    /** A warning for each, at the start. */
    public void warn() {
        look().forEach(found ->
                log.warn("Somebody has added to the table {}: {} {} {} (docs/operations.md, \"What may be added to"
                + " the tables\")", found.kind(), found.what(), found.name(), found.effect()));
    }
}
