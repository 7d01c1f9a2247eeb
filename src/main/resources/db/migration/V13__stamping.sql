-- Stamping holds whoever writes and whatever else stands on the tables: other people's triggers, cascades and columns, sessions with another
-- search_path or with temporary tables of our tables' names, and roles that have rights on the kinds alone.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- Small functions: their bodies are bound to what they name when they are made, so that no caller's search_path, nor his temporary tables,
-- get between. (A pinned search_path would do that as well, but keeps them from being inlined.)

create or replace function agentdb_uuid5(namespace uuid, name text) returns uuid
    language sql immutable strict parallel safe
return (
    select encode(set_byte(set_byte(hash, 6, get_byte(hash, 6) & 15 | 80), 8, get_byte(hash, 8) & 63 | 128), 'hex')::uuid
    from (select substring(digest(uuid_send(namespace) || convert_to(name, 'UTF8'), 'sha1') from 1 for 16) as hash) as h);

create or replace function agentdb_uuid7() returns uuid
    language sql volatile parallel safe
return (
    select encode(set_byte(bytes, 6, get_byte(bytes, 6) & 15 | 112), 'hex')::uuid
    from (select overlay(uuid_send(gen_random_uuid())
                         placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                         from 1 for 6) as bytes) as u);

create or replace function agentdb_skill_id(name text) returns uuid
    language sql immutable strict parallel safe
return agentdb_uuid5('6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e01', name);

create or replace function agentdb_edge_id(from_id uuid, relationship text, to_id uuid) returns uuid
    language sql immutable strict parallel safe
return agentdb_uuid5('6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e02', from_id || '|' || relationship || '|' || to_id);

create or replace function agentdb_join(a jsonb, b jsonb) returns jsonb
    language sql immutable strict parallel safe
return (
    select coalesce(jsonb_object_agg(actor, counter), '{}')
    from (select key as actor, max(value::bigint) as counter
          from (select * from jsonb_each_text(a) union all select * from jsonb_each_text(b)) as entries
          group by key) as greatest_of_both);

create or replace function agentdb_xid() returns bigint
    language sql volatile parallel restricted
return pg_current_xact_id()::text::bigint;

create or replace function agentdb_fence() returns bigint
    language sql stable parallel restricted
return pg_snapshot_xmin(pg_current_snapshot())::text::bigint;

create or replace function agentdb_now_hlc() returns bigint
    language sql volatile parallel safe
return (extract(epoch from clock_timestamp()) * 1000)::bigint << 16;

create or replace function agentdb_changed_keys(past jsonb, present jsonb) returns text[]
    language sql immutable parallel safe
return (
    select case when jsonb_typeof(past) in ('object', 'null') and jsonb_typeof(present) in ('object', 'null') then array(
        select key
        from jsonb_each(case jsonb_typeof(past) when 'object' then past else '{}' end) as a(key, value)
        full join jsonb_each(case jsonb_typeof(present) when 'object' then present else '{}' end) as b(key, value) using (key)
        where a.value is distinct from b.value) end);

create or replace function agentdb_field_times(times jsonb, base bigint, past jsonb, present jsonb, hlc bigint) returns jsonb
    language sql immutable parallel safe
return (
    select coalesce(times, jsonb_build_object('', base)) || coalesce(jsonb_object_agg(name, hlc), '{}')
    from (select unnest(case when key = 'metadata' and agentdb_changed_keys(past -> key, value) is not null
                                 then array(select 'metadata/' || changed
                                            from unnest(agentdb_changed_keys(past -> key, value)) as changed)
                             else array [key] end) as name
          from jsonb_each(present)
          where value is distinct from past -> key) as touched);

create or replace function agentdb_tally(content jsonb) returns jsonb
    language sql immutable parallel safe
return (
    select jsonb_build_object(
        'uses', u,
        'success_rate', jsonb_build_array(coalesce((content ->> 'success_rate')::numeric * u, 0),
            case when content ->> 'success_rate' is null then 0 else u end),
        'avg_reward', jsonb_build_array(coalesce((content ->> 'avg_reward')::numeric * u, 0),
            case when content ->> 'avg_reward' is null then 0 else u end),
        'avg_latency_ms', jsonb_build_array(coalesce((content ->> 'avg_latency_ms')::numeric * u, 0),
            case when content ->> 'avg_latency_ms' is null then 0 else u end))
    from (select coalesce((content ->> 'uses')::numeric, 0) as u) as uses);

-- The columns of a kind's table that are ours. Others are somebody's own: they make no version and do not travel. A migration that adds a
-- column of ours makes this function anew.
create function agentdb_columns(kind text) returns text[]
    language sql immutable strict parallel safe
return array ['id', 'actor', 'counter', 'xid', 'context', 'hlc', 'feed_xid', 'via', 'choice', 'field_hlc', 'tallies', 'unknown_fields',
        'created_at', 'metadata']
    || case kind
        when 'episodes' then array ['ts', 'session_id', 'task', 'input', 'output', 'critique', 'reward', 'success', 'latency_ms',
            'tokens_used', 'tags']
        when 'skills' then array ['name', 'description', 'signature', 'code', 'success_rate', 'uses', 'avg_reward', 'avg_latency_ms',
            'tags', 'created_from_episode', 'updated_at', 'last_used_at']
        when 'edges' then array ['from_type', 'from_id', 'relationship', 'to_type', 'to_id', 'weight', 'co_occurrences', 'similarity',
            'uplift', 'confidence', 'sample_size', 'evidence_ids', 'experiment_ids', 'confounder_score', 'mechanism', 'updated_at']
    end;

-- BEFORE INSERT OR UPDATE, after everybody else's triggers, so that what they change is part of what is stamped; the argument is the kind.
create or replace function agentdb_stamp() returns trigger
    language plpgsql security definer as
$$
declare
    me      text   := agentdb_me();
    past    jsonb  := '{}';
    late    bigint := 0;
    updates boolean := false;
    same    boolean;
    before  jsonb;
    after   jsonb;
    own     text[];
    others  text[];
    grave   tombstones;
begin
    if new.unknown_fields is distinct from old.unknown_fields then
        raise exception '%.unknown_fields is not written by hand: it holds what later releases of peers have sent', tg_table_name
            using hint = 'Leave the column out.';
    end if;
    if tg_argv[0] in ('episodes', 'skills') then
        -- After tags[0] = 'x' an array begins at 0, and is another text than the same array on a peer. A slice begins at 1.
        if array_lower(new.tags, 1) <> 1 then
            new.tags := new.tags[:];
        end if;
    end if;
    if tg_op = 'UPDATE' then
        -- The version is not the writer's to set.
        new.actor := old.actor; new.counter := old.counter; new.xid := old.xid; new.context := old.context;
        new.hlc := old.hlc; new.feed_xid := old.feed_xid; new.via := old.via;
        new.choice := old.choice; new.field_hlc := old.field_hlc; new.tallies := old.tallies;
        if pg_trigger_depth() > 1 then
            -- Below agentdb_succeed: the record's own tombstone, which it takes over. A real update finds none.
            delete from tombstones as t where t.kind = tg_argv[0] and t.id = old.id returning * into grave;
        end if;
        if grave.id is null then
            if new operator(pg_catalog.*=) old then
                return old;
            end if;
            own := agentdb_columns(tg_argv[0]);
            before := to_jsonb(old);
            after := to_jsonb(new);
            if before - own = '{}' then
                if new is not distinct from old then
                    -- Not new: 1.0 equals 1, and 0 equals -0, but they are not the same text, and no version would tell of the change.
                    return old;
                end if;
            else
                execute format('select row(%s) is not distinct from row(%s)', (select string_agg(format('($1).%I', name), ', ')
                    from unnest(own) as name), (select string_agg(format('($2).%I', name), ', ') from unnest(own) as name))
                    into same using new, old;
                if same then
                    -- Their columns as written, ours as they were.
                    execute (select 'select ' || string_agg(format('($%s).%I', case when attname = any (own) then 2 else 1 end, attname),
                                                            ', ' order by attnum)
                             from pg_attribute where attrelid = tg_relid and attnum > 0 and not attisdropped)
                        into new using new, old;
                    return new;
                end if;
                others := array(select jsonb_object_keys(before - own));
                before := before - others;
                after := after - others;
            end if;
        end if;
    end if;
    if tg_argv[0] = 'skills' then
        new.id := agentdb_skill_id(new.name);
    elsif tg_argv[0] = 'edges' then
        new.id := agentdb_edge_id(new.from_id, new.relationship, new.to_id);
    end if;
    if grave.id is not null then
        past := agentdb_join(old.context, grave.context);
        late := greatest(old.hlc, grave.hlc);
    elsif tg_op = 'UPDATE' and new.id = old.id then
        past := old.context;
        late := old.hlc;
        updates := true;
    end if;
    new.actor := me;
    new.counter := nextval('agentdb_counter');
    new.xid := agentdb_xid();
    new.context := past || jsonb_build_object(me, new.counter);
    new.hlc := greatest(agentdb_now_hlc(), late + 1);
    new.feed_xid := new.xid;
    new.via := null;
    new.choice := false;
    if updates then
        new.field_hlc := agentdb_field_times(old.field_hlc, old.hlc, before, after, new.hlc);
        if tg_argv[0] = 'skills' then
            new.tallies := agentdb_tallies(old.tallies, old.actor, old.counter, before, after, me, new.counter);
        end if;
    else
        new.field_hlc := null;
        new.tallies := null;
    end if;
    return new;
end
$$;

-- AFTER DELETE: somebody's trigger may keep the row, and a record is in its table or among the tombstones, never in both.
create or replace function agentdb_stamp_delete() returns trigger
    language plpgsql security definer as
$$
begin
    perform agentdb_bury(tg_argv[0], old.id, old.context, old.hlc);
    return null;
end
$$;

-- AFTER INSERT, or a rename, which is a delete and a create: a new record over a tombstone takes over its context, so that it is an update
-- of what was deleted and not a rival of the delete. After, not before: the insert may have waited for the very transaction that deletes.
create or replace function agentdb_succeed() returns trigger
    language plpgsql security definer as
$$
declare
    buried_by text;
    touched   bigint;
begin
    if tg_op = 'UPDATE' then
        perform agentdb_bury(tg_argv[0], old.id, old.context, old.hlc);
    end if;
    if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
        -- Such a snapshot does not see a tombstone that was committed since; but Postgres then refuses this insert.
        insert into tombstones (kind, id, actor, counter, xid, context, hlc, feed_xid)
        values (tg_argv[0], new.id, '', 0, 0, '{}', 0, 0) on conflict do nothing;
    end if;
    select t.actor into buried_by from tombstones as t where t.kind = tg_argv[0] and t.id = new.id;
    if buried_by = '' then
        delete from tombstones as t where t.kind = tg_argv[0] and t.id = new.id;
    elsif found then
        -- The stamp, once more and below this trigger, takes the tombstone over. Anew, since its counter may be the later one.
        execute format('update %s set id = id where id = $1', tg_relid::regclass) using new.id;
        get diagnostics touched = row_count;
        if touched = 0 then
            raise exception 'a record of % that was deleted cannot be written again: a trigger or rule keeps it from being updated', tg_argv[0];
        end if;
    end if;
    return null;
end
$$;

-- The triggers of a replicated table. In name order, '!' comes before and '~' after what people call theirs. What the applier writes itself
-- keeps its version: a statement of its own (what other triggers and cascades write because of it is a local write like any other) of a
-- session that may write the node's identity, which agents' roles may not.
create procedure agentdb_set_triggers(kind text)
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
                and proname in ('agentdb_stamp', 'agentdb_stamp_delete', 'agentdb_succeed', 'agentdb_refuse_unknown'))
    loop
        execute format('drop trigger %I on %I', trigger, kind);
    end loop;
    execute format('create trigger "~agentdb_stamp" before insert or update on %I for each row when %s
        execute function agentdb_stamp(%L)', kind, local_write, kind);
    execute format('create trigger "!agentdb_stamp_delete" after delete on %I for each row when %s
        execute function agentdb_stamp_delete(%L)', kind, local_write, kind);
    execute format('create trigger "!agentdb_succeed" after insert on %I for each row when %s
        execute function agentdb_succeed(%L)', kind, local_write, kind);
    execute format('create trigger "!agentdb_succeed_renamed" after update on %I for each row when (old.id <> new.id and %s)
        execute function agentdb_succeed(%L)', kind, local_write, kind);
end
$$;

-- A row that no release could read stops every feed that comes by it, so the plainest nonsense is refused to the node's own role as well. The
-- applier's placeholders have no actor. No more than that: what is checked is prepared for each statement, and would be felt by each. Not
-- valid: checking what is there would keep writers out meanwhile.
create procedure agentdb_check_versions(name text)
    language plpgsql as
$$
begin
    execute format($check$alter table %I add constraint %I check (actor = ''
        or actor like '_%%.________' and counter > 0 and xid > 0 and coalesce((context ->> actor)::bigint, 0) >= counter) not valid$check$,
        name, name || '_version');
end
$$;

create or replace procedure agentdb_replicate(kind text)
    language plpgsql as
$$
begin
    execute format('alter table %I
        add actor text not null, add counter bigint not null, add xid bigint not null, add context jsonb not null,
        add hlc bigint not null, add feed_xid bigint not null, add via text,
        add choice boolean not null default false, add field_hlc jsonb, add tallies jsonb, add unknown_fields text', kind);
    execute format('alter table %I add constraint %I check (octet_length(unknown_fields) <= 1398104)', kind, kind || '_unknown');
    execute format('create index %I on %I (feed_xid, id)', kind || '_feed', kind);
    call agentdb_check_versions(kind);
    call agentdb_set_triggers(kind);
    execute format('create trigger agentdb_refuse_truncate before truncate on %I
        execute function agentdb_refuse_truncate()', kind);
end
$$;

-- The last line of each migration that makes a function: what it names is ours, and nobody makes a trigger of what acts with our rights. What
-- is called and acts with them may be called by anybody: a node whose role is not the owner, and a writer's trigger, ask who this node is.
create procedure agentdb_secure()
    language plpgsql as
$$
declare
    made record;
begin
    for made in
        select oid::regprocedure as signature, prosecdef and prorettype = 'trigger'::regtype as acting from pg_proc
        where pronamespace = (select oid from pg_namespace where nspname = current_schema()) and proname like 'agentdb\_%'
            and prokind = 'f' and prolang = (select oid from pg_language where lanname = 'plpgsql')
    loop
        -- A session's temporary tables come before all else, unless they are named as the last.
        execute format('alter function %s set search_path = %I, pg_temp', made.signature, current_schema());
        if made.acting then
            -- As a trigger of a table of his own, it would write what he may not. Ours were made by its owner, and go on.
            execute format('revoke execute on function %s from public', made.signature);
        end if;
    end loop;
end
$$;

call agentdb_secure();

do
$$
declare
    name text;
begin
    foreach name in array array ['episodes', 'skills', 'edges'] loop
        call agentdb_set_triggers(name);
        call agentdb_check_versions(name);
    end loop;
    call agentdb_check_versions('tombstones');
end
$$;

drop procedure agentdb_keep_unknown(text);
drop function agentdb_refuse_unknown();
