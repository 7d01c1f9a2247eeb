-- What merging needs to know of a version beside its dot, what this node knows of others' feeds, and conflicts that stay open.

-- choice:    a side was picked (local-wins, remote-wins, a person), not written; two picks that meet fall back to latest-wins.
-- field_hlc: per field that was updated its own write time, and under '' that of all others; null until the first update, when the row's
--            hlc is the time of every field. Of a metadata object each key has a time of its own, as 'metadata/key'.
-- tallies:   what each actor contributed to a skill's statistics; null until they are updated, when all of it is the dot's actor's.
alter table tombstones add choice boolean not null default false;

do
$$
declare
    kind text;
begin
    foreach kind in array array ['episodes', 'skills', 'edges'] loop
        execute format('alter table %I add choice boolean not null default false, add field_hlc jsonb, add tallies jsonb', kind);
    end loop;
end
$$;

-- Keys of a metadata object that an update touched; null where a whole other value was written.
create function agentdb_changed_keys(past jsonb, present jsonb) returns text[]
    language sql immutable parallel safe as
$$
select case when jsonb_typeof(past) in ('object', 'null') and jsonb_typeof(present) in ('object', 'null') then array(
    select key
    from jsonb_each(case jsonb_typeof(past) when 'object' then past else '{}' end) as a(key, value)
    full join jsonb_each(case jsonb_typeof(present) when 'object' then present else '{}' end) as b(key, value) using (key)
    where a.value is distinct from b.value) end
$$;

-- The write times of a record's fields after an update; past and present are the rows without their version.
create function agentdb_field_times(times jsonb, base bigint, past jsonb, present jsonb, hlc bigint) returns jsonb
    language sql immutable parallel safe as
$$
select coalesce(times, jsonb_build_object('', base)) || coalesce(jsonb_object_agg(name, hlc), '{}')
from (select unnest(case when key = 'metadata' and agentdb_changed_keys(past -> key, value) is not null
                             then array(select 'metadata/' || changed from unnest(agentdb_changed_keys(past -> key, value)) as changed)
                         else array [key] end) as name
      from jsonb_each(present)
      where value is distinct from past -> key) as touched
$$;

-- What a skill's statistics in a row weigh, as an entry of tallies. Numeric, so that sums are exact whatever their order.
create function agentdb_tally(content jsonb) returns jsonb
    language sql immutable parallel safe as
$$
select jsonb_build_object(
    'uses', u,
    'success_rate', jsonb_build_array(coalesce((content ->> 'success_rate')::numeric * u, 0), case when content ->> 'success_rate' is null then 0 else u end),
    'avg_reward', jsonb_build_array(coalesce((content ->> 'avg_reward')::numeric * u, 0), case when content ->> 'avg_reward' is null then 0 else u end),
    'avg_latency_ms', jsonb_build_array(coalesce((content ->> 'avg_latency_ms')::numeric * u, 0), case when content ->> 'avg_latency_ms' is null then 0 else u end))
from (select coalesce((content ->> 'uses')::numeric, 0) as u) as uses
$$;

-- The tallies after an update of the statistics: the difference is the writer's own contribution, whoever made the rest. All entries
-- together amount to what the row says, so that a merge with its own past changes nothing (Tallies.java does the same).
create function agentdb_tallies(tallies jsonb, origin text, origin_counter bigint, past jsonb, present jsonb, me text, counter bigint) returns jsonb
    language plpgsql immutable parallel safe as
$$
declare
    before jsonb := agentdb_tally(past);
    after  jsonb := agentdb_tally(present);
    others jsonb;
    mine   jsonb;
    field  text;
    more   numeric := (after ->> 'uses')::numeric - (before ->> 'uses')::numeric;
    total  numeric;
    weight numeric;
begin
    if before = after and (tallies is not null or origin = me or before = agentdb_tally('{}')) then
        return tallies;
    end if;
    -- Left null under another actor's dot, the tallies would say that all of it is that one's.
    tallies := coalesce(tallies, jsonb_build_object(origin, before || jsonb_build_object('n', origin_counter)));
    if before = after then
        return tallies;
    end if;
    others := tallies - me;
    mine := jsonb_build_object('n', counter, 'uses', (after ->> 'uses')::numeric
        - (select coalesce(sum((value ->> 'uses')::numeric), 0) from jsonb_each(others)));
    foreach field in array array ['success_rate', 'avg_reward', 'avg_latency_ms'] loop
        select coalesce(sum((value -> field ->> 0)::numeric), 0), coalesce(sum((value -> field ->> 1)::numeric), 0)
        into total, weight from jsonb_each(tallies);
        if present ->> field is null then
            total := 0;
            weight := 0;
        elsif past ->> field = present ->> field then
            total := total + (present ->> field)::numeric * more;
            weight := weight + more;
        else
            -- What was written is the average of all that was weighed: by the difference alone, a later merge would make another of it.
            weight := case when past ->> field is null or weight <= 0 then (after ->> 'uses')::numeric else weight + more end;
            weight := case when weight <= 0 then (after ->> 'uses')::numeric else weight end;
            total := (present ->> field)::numeric * weight;
        end if;
        mine := mine || (select jsonb_build_object(field, jsonb_build_array(
            total - coalesce(sum((value -> field ->> 0)::numeric), 0), weight - coalesce(sum((value -> field ->> 1)::numeric), 0)))
            from jsonb_each(others));
    end loop;
    return others || jsonb_build_object(me, mine);
end
$$;

create or replace function agentdb_bury(kind text, id uuid, context jsonb, hlc bigint) returns void
    language plpgsql as
$$
declare
    me      text   := agentdb_me();
    -- Taken while the caller holds the row's lock, so that a record's counters only grow.
    counter bigint := nextval('agentdb_counter');
begin
    insert into tombstones as t (kind, id, actor, counter, xid, context, hlc, feed_xid)
    values (agentdb_bury.kind, agentdb_bury.id, me, counter, agentdb_xid(),
            agentdb_bury.context || jsonb_build_object(me, counter),
            greatest(agentdb_now_hlc(), agentdb_bury.hlc + 1), agentdb_xid())
    -- Nobody should have left one, but if it is there, this delete is the later event.
    on conflict on constraint tombstones_pkey do update
        set actor = excluded.actor, counter = excluded.counter, xid = excluded.xid,
            context = agentdb_join(t.context, excluded.context), hlc = greatest(t.hlc + 1, excluded.hlc),
            feed_xid = excluded.feed_xid, via = null, choice = false;
end
$$;

create or replace function agentdb_stamp() returns trigger
    language plpgsql as
$$
declare
    me      text   := agentdb_me();
    past    jsonb  := '{}';
    late    bigint := 0;
    updates boolean := false;
    before  jsonb;
    after   jsonb;
begin
    if tg_op = 'UPDATE' then
        -- The version is not the writer's to set.
        new.actor := old.actor; new.counter := old.counter; new.xid := old.xid; new.context := old.context;
        new.hlc := old.hlc; new.feed_xid := old.feed_xid; new.via := old.via;
        new.choice := old.choice; new.field_hlc := old.field_hlc; new.tallies := old.tallies;
        if new is not distinct from old then
            -- Not new: 1.0 equals 1, and 0 equals -0, but they are not the same text, and no version would tell of the change.
            return old;
        end if;
        before := to_jsonb(old);
        after := to_jsonb(new);
    end if;
    if tg_argv[0] = 'skills' then
        new.id := agentdb_skill_id(new.name);
    elsif tg_argv[0] = 'edges' then
        new.id := agentdb_edge_id(new.from_id, new.relationship, new.to_id);
    end if;
    if tg_op = 'UPDATE' then
        if new.id = old.id then
            past := old.context;
            late := old.hlc;
            updates := true;
        else
            -- What a record is about is its identity: a rename is a delete and a create.
            perform agentdb_bury(tg_argv[0], old.id, old.context, old.hlc);
        end if;
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

create or replace procedure agentdb_replicate(kind text)
    language plpgsql as
$$
declare
    local_write constant text := 'when (current_setting(''agentdb.applying'', true) is distinct from ''on'')';
begin
    execute format('alter table %I
        add actor text not null, add counter bigint not null, add xid bigint not null, add context jsonb not null,
        add hlc bigint not null, add feed_xid bigint not null, add via text,
        add choice boolean not null default false, add field_hlc jsonb, add tallies jsonb', kind);
    execute format('create index %I on %I (feed_xid, id)', kind || '_feed', kind);
    execute format('create trigger agentdb_stamp before insert or update on %I for each row %s
        execute function agentdb_stamp(%L)', kind, local_write, kind);
    execute format('create trigger agentdb_stamp_delete before delete on %I for each row %s
        execute function agentdb_stamp_delete(%L)', kind, local_write, kind);
    execute format('create trigger agentdb_succeed after insert on %I for each row %s
        execute function agentdb_succeed(%L)', kind, local_write, kind);
    execute format('create trigger agentdb_succeed_renamed after update on %I for each row
        when (old.id <> new.id and current_setting(''agentdb.applying'', true) is distinct from ''on'')
        execute function agentdb_succeed(%L)', kind, kind);
    execute format('create trigger agentdb_refuse_truncate before truncate on %I
        execute function agentdb_refuse_truncate()', kind);
end
$$;

-- Per kind and actor: every transaction of that actor below xid has been taken in here. A transaction id and not a counter, because counters
-- commit out of order.
create table knowledge (
    kind  text   not null,
    actor text   not null,
    xid   bigint not null,
    primary key (kind, actor)
);

-- Per kind the highest feed_xid of a tombstone that was dropped: a reader that stands below it may have missed a delete.
create table forgotten (
    kind     text   primary key,
    feed_xid bigint not null
);

-- How often this node has met another, counted on both sides: who knows of fewer meetings than the other has gone back in time.
create table meetings (
    peer_actor text   not null,
    own_actor  text   not null,
    begun      bigint not null default 0,
    confirmed  bigint not null default 0,
    heard      bigint not null default 0,
    primary key (peer_actor, own_actor)
);

-- outcome 'open': the remote version waits for a person; both sides go on with their own.
alter table conflicts
    add remote_actor   text,
    add remote_counter bigint,
    add remote_xid     bigint,
    add result         jsonb,
    add resolved_at    timestamptz,
    add resolution     text,
    add resolved_by    text;
create unique index conflicts_open on conflicts (kind, record_id, remote_actor, remote_counter) where outcome = 'open';
create index conflicts_detected on conflicts (detected_at);
