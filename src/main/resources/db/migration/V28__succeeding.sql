-- A local insert looks for tombstones once for its statement, and no more behind each row: that look, with its condition, was a fifth of what
-- a bulk insert cost.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- Of a record that was inserted or renamed: see agentdb_succeed(). It may be gone again, by another trigger; then its tombstone is right.
create function agentdb_take_over(kind text, made uuid) returns void
    language plpgsql
as
$$
declare
    buried_by text;
    touched   bigint;
    here      boolean;
begin
    if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
        -- Such a snapshot does not see a tombstone that was committed since; but Postgres then refuses this insert.
        insert into tombstones (kind, id, actor, counter, xid, context, hlc, feed_xid)
        values (agentdb_take_over.kind, made, '', 0, 0, '{}', 0, 0) on conflict do nothing;
    end if;
    select t.actor into buried_by from tombstones as t where t.kind = agentdb_take_over.kind and t.id = made;
    if buried_by = '' then
        delete from tombstones as t where t.kind = agentdb_take_over.kind and t.id = made;
    elsif found then
        -- The stamp, once more and below this trigger, takes the tombstone over. Anew, since its counter may be the later one.
        execute format('update %I set id = id where id = $1', kind) using made;
        get diagnostics touched = row_count;
        if touched = 0 then
            execute format('select exists (select from %I where id = $1)', kind) into here using made;
            if here then
                raise exception 'a record of % that was deleted cannot be written again: a trigger or rule keeps it from being updated', kind;
            end if;
        end if;
    end if;
end
$$;

-- AFTER UPDATE, where a record was renamed, which is a delete and a create, and behind each row that logical replication inserts: it fires no
-- triggers of statements.
create or replace function agentdb_succeed() returns trigger
    language plpgsql security definer as
$$
begin
    if tg_op = 'UPDATE' then
        perform agentdb_bury(tg_argv[0], old.id, old.context, old.hlc);
    end if;
    perform agentdb_take_over(tg_argv[0], new.id);
    return null;
end
$$;

-- AFTER INSERT of a whole statement: a new record over a tombstone takes over its context, so that it is an update of what was deleted and not a
-- rival of the delete. After, not before: the insert may have waited for the very transaction that deletes.
create function agentdb_succeed_all() returns trigger
    language plpgsql security definer as
$$
declare
    old_snapshot constant boolean := current_setting('transaction_isolation') in ('repeatable read', 'serializable');
    buried uuid;
begin
    -- A subquery that stands for a value is asked for each row, by the index: as a join, it would read all tombstones as soon as a large statement
    -- was the session's first one.
    for buried in
        select made.id from made
        where old_snapshot or (select true from tombstones as t where t.kind = tg_argv[0] and t.id = made.id)
    loop
        perform agentdb_take_over(tg_argv[0], buried);
    end loop;
    return null;
end
$$;

-- As since V13, but for the look behind inserts.
create or replace procedure agentdb_set_triggers(kind text)
    language plpgsql as
$$
declare
    node        constant text := format('%I.node', current_schema());
    local_write constant text := format('(current_setting(''agentdb.applying'', true) is distinct from ''on'' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, %L::regclass, ''UPDATE'') or not has_table_privilege(%L::regclass, ''UPDATE''))', node, node);
    trigger     text;
begin
    for trigger in
        select tgname from pg_trigger where tgrelid = kind::regclass and not tgisinternal and tgfoid in (
            select oid from pg_proc where pronamespace = (select oid from pg_namespace where nspname = current_schema())
                and proname in ('agentdb_stamp', 'agentdb_stamp_delete', 'agentdb_succeed', 'agentdb_succeed_all'))
    loop
        execute format('drop trigger %I on %I', trigger, kind);
    end loop;
    execute format('create trigger "~agentdb_stamp" before insert or update on %I for each row when %s
        execute function agentdb_stamp(%L)', kind, local_write, kind);
    execute format('create trigger "!agentdb_stamp_delete" after delete on %I for each row when %s
        execute function agentdb_stamp_delete(%L)', kind, local_write, kind);
    execute format('create trigger "!agentdb_succeed" after insert on %I referencing new table as made for each statement when %s
        execute function agentdb_succeed_all(%L)', kind, local_write, kind);
    execute format('create trigger "!agentdb_succeed_replicated" after insert on %I for each row when %s
        execute function agentdb_succeed(%L)', kind, local_write, kind);
    execute format('alter table %I enable replica trigger "!agentdb_succeed_replicated"', kind);
    execute format('create trigger "!agentdb_succeed_renamed" after update on %I for each row when (old.id <> new.id and %s)
        execute function agentdb_succeed(%L)', kind, local_write, kind);
end
$$;

call agentdb_secure();

do
$$
declare
    kind text;
begin
    foreach kind in array array ['episodes', 'skills', 'edges'] loop
        call agentdb_set_triggers(kind);
    end loop;
end
$$;
