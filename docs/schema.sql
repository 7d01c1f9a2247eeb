-- The heart on one page: the schema that the migrations in src/main/resources/db/migration make, with the reasons of
-- docs/design.md, sections 2 to 7. Migrations go forward only, so a function's present text stands in the last one that
-- made it, among former ones; here it stands once. SchemaPageTest runs this page in an empty database, holds the catalog
-- that comes of it to that of the migrations, and says how to bring the page up to date.

-- ======== Identity: who this database is (design 2) ========

-- For SHA-1, of which the ids of skills and edges are made.
create extension pgcrypto;

-- One row. noted_xid is its own xmin, as agentdb_note() has left it: a row that came by COPY, as from a dump, has
-- another. A promoted standby and a server that was started again have another server_started. timeline is 0 while a
-- writer has taken a new actor and no process of the node has looked yet: the feed is still the former database's.
create table node (
    one               boolean primary key default true check (one),
    node_id           text        not null,
    actor             text        not null,
    system_identifier text        not null,
    timeline          bigint      not null,
    database_oid      bigint      not null,
    incarnated_at     timestamptz not null default now(),
    noted_xid         xid,
    server_started    timestamptz
);

-- What changes when a database is restored elsewhere, promoted, or copied within its cluster. The timeline is that of
-- the log being written: pg_control_checkpoint() tells the former one between a promotion and the checkpoint after it.
create function agentdb_fingerprint(out system_identifier text, out timeline bigint, out database_oid bigint)
    language sql volatile security definer set search_path = public, pg_temp as
$$
select s.system_identifier::text, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint, d.oid::bigint
from pg_control_system() s, pg_database d
where d.datname = current_database()
$$;

-- Notes that the row of table node belongs to this database. Not pg_current_xact_id(): within a savepoint, xmin is
-- another id. With the caller's rights: who could call it with ours would make another database pass for this one.
create function agentdb_note() returns void
    language plpgsql set search_path = public, pg_temp as
$$
declare
    written xid;
begin
    update node set server_started = pg_postmaster_start_time();
    select xmin into written from node;
    update node set noted_xid = written;
end
$$;

-- Whether the database is not the one whose row of table node this is. That its server was started again, alone, says
-- nothing.
create function agentdb_moved() returns boolean
    language sql volatile security definer set search_path = public, pg_temp as
$$
select n.noted_xid is distinct from n.xmin or n.system_identifier <> f.system_identifier or n.database_oid <> f.database_oid
    or n.timeline not in (0, f.timeline)
from node n, agentdb_fingerprint() f
$$;

-- A write that finds another database, or another server, than was noted looks closer, and is the first of a new actor
-- where the database has moved: dots that peers have seen on other content are never given again.
create function agentdb_recognize() returns text
    language plpgsql security definer set search_path = public, pg_temp as
$$
declare
    me text;
begin
    if not exists (select from node) then
        raise exception 'this database has no node identity yet, so a write cannot be versioned'
            using hint = 'Start the sync node on this database once; it makes the identity.';
    end if;
    if agentdb_moved() then
        lock table node in row exclusive mode;
        perform from node for update;
        -- Another writer may have been first.
        if agentdb_moved() then
            update node set (system_identifier, database_oid) = (select f.system_identifier, f.database_oid from agentdb_fingerprint() f),
                timeline = 0, incarnated_at = now(), actor = node_id || '.' || (
                    select string_agg(substr('abcdefghijklmnopqrstuvwxyz234567', 1 + get_byte(bytes, i) % 32, 1), '')
                    -- The bytes between are not all random.
                    from (select uuid_send(gen_random_uuid()) as bytes) as r, unnest(array [0, 1, 2, 3, 4, 5, 10, 11]) as i);
            perform agentdb_note();
        end if;
    end if;
    select actor into me from node;
    return me;
end
$$;

-- Asked by each stamped write, so it looks in passing. Under an old snapshot it takes the row's lock: Postgres then
-- refuses who would write under an incarnation that was given up, and a later incarnation waits for this writer.
create function agentdb_me() returns text
    language plpgsql volatile set search_path = public, pg_temp as
$$
declare
    me text;
begin
    if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
        select actor into me from node
        where xmin = noted_xid and server_started = pg_postmaster_start_time()
            and database_oid = (select oid from pg_database where datname = current_database())
        for share;
    else
        select actor into me from node
        where xmin = noted_xid and server_started = pg_postmaster_start_time()
            and database_oid = (select oid from pg_database where datname = current_database());
    end if;
    return coalesce(me, agentdb_recognize());
end
$$;

-- ======== Stamping: versions and tombstones (design 3) ========

-- Taken behind the row's lock, so that a record's counters only grow.
create sequence agentdb_counter;

-- What is left of a deleted record. A record is in its table or here, never in both.
create table tombstones (
    kind     text    not null,
    id       uuid    not null,
    actor    text    not null,
    counter  bigint  not null,
    xid      bigint  not null,
    context  jsonb   not null,
    hlc      bigint  not null,
    feed_xid bigint  not null,
    via      text,
    choice   boolean not null default false,
    primary key (kind, id),
    -- The plainest nonsense, which would stop every feed that comes by it. The applier's placeholders have no actor.
    constraint tombstones_version check (actor = '' or actor like '_%.________' and counter > 0 and xid > 0
        and coalesce((context ->> actor)::bigint, 0) >= counter)
);

create index tombstones_feed on tombstones (kind, feed_xid, id);

-- RFC 9562, section 5.5. Functions in SQL are bound to what they name when they are made, so that no search_path gets
-- between, and stay inlinable.
create function agentdb_uuid5(namespace uuid, name text) returns uuid
    language sql immutable strict parallel safe
return (
    select encode(set_byte(set_byte(hash, 6, get_byte(hash, 6) & 15 | 80), 8, get_byte(hash, 8) & 63 | 128), 'hex')::uuid
    from (select substring(digest(uuid_send(namespace) || convert_to(name, 'UTF8'), 'sha1') from 1 for 16) as hash) as h);

-- RFC 9562, section 5.7; PostgreSQL has its own only from 18 on.
create function agentdb_uuid7() returns uuid
    language sql volatile parallel safe
return (
    select encode(set_byte(bytes, 6, get_byte(bytes, 6) & 15 | 112), 'hex')::uuid
    from (select overlay(uuid_send(gen_random_uuid())
                         placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                         from 1 for 6) as bytes) as u);

-- A skill is its name and an edge its ends and relationship: made on two nodes, it is the same record.
create function agentdb_skill_id(name text) returns uuid
    language sql immutable strict parallel safe
return agentdb_uuid5('6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e01', name);

create function agentdb_edge_id(from_id uuid, relationship text, to_id uuid) returns uuid
    language sql immutable strict parallel safe
return agentdb_uuid5('6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e02', from_id || '|' || relationship || '|' || to_id);

-- The join of two contexts: per actor, the greater counter.
create function agentdb_join(a jsonb, b jsonb) returns jsonb
    language sql immutable strict parallel safe
return (
    select coalesce(jsonb_object_agg(actor, counter), '{}')
    from (select key as actor, max(value::bigint) as counter
          from (select * from jsonb_each_text(a) union all select * from jsonb_each_text(b)) as entries
          group by key) as greatest_of_both);

create function agentdb_xid() returns bigint
    language sql volatile parallel restricted
return pg_current_xact_id()::text::bigint;

-- Every transaction below the fence has ended: nothing can appear below it any more (design 4).
create function agentdb_fence() returns bigint
    language sql stable parallel restricted
return pg_snapshot_xmin(pg_current_snapshot())::text::bigint;

create function agentdb_now_hlc() returns bigint
    language sql volatile parallel safe
return (extract(epoch from clock_timestamp()) * 1000)::bigint << 16;

-- The columns of a kind's table that are ours. Others are somebody's own: they make no version and do not travel.
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

-- Keys of a metadata object that an update touched; null where a whole other value was written.
create function agentdb_changed_keys(past jsonb, present jsonb) returns text[]
    language sql immutable parallel safe
return (
    select case when jsonb_typeof(past) in ('object', 'null') and jsonb_typeof(present) in ('object', 'null') then array(
        select key
        from jsonb_each(case jsonb_typeof(past) when 'object' then past else '{}' end) as a(key, value)
        full join jsonb_each(case jsonb_typeof(present) when 'object' then present else '{}' end) as b(key, value) using (key)
        where a.value is distinct from b.value) end);

-- The write times of a record's fields after an update: a field's own time decides in a merge. Of a metadata object
-- each key has one, as 'metadata/key'; '' is the time of all fields that are not named. past and present are the rows
-- without their version.
create function agentdb_field_times(times jsonb, base bigint, past jsonb, present jsonb, hlc bigint) returns jsonb
    language sql immutable parallel safe
return (
    select coalesce(times, jsonb_build_object('', base)) || coalesce(jsonb_object_agg(name, hlc), '{}')
    from (select unnest(case when key = 'metadata' and agentdb_changed_keys(past -> key, value) is not null
                                 then array(select 'metadata/' || changed
                                            from unnest(agentdb_changed_keys(past -> key, value)) as changed)
                             else array [key] end) as name
          from jsonb_each(present)
          where value is distinct from past -> key) as touched);

-- What a skill's statistics in a row weigh, as an entry of tallies. Numeric, so that sums are exact whatever their
-- order.
create function agentdb_tally(content jsonb) returns jsonb
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

-- The tallies after an update of the statistics: the difference is the writer's own contribution, whoever made the
-- rest, so that what two sides count adds up. All entries together amount to what the row says (SkillTallies.java does
-- the same).
create function agentdb_tallies(tallies jsonb, origin text, origin_counter bigint, past jsonb, present jsonb, me text, counter bigint) returns jsonb
    language plpgsql immutable parallel safe set search_path = public, pg_temp as
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

-- The times without those of metadata keys that are gone since before that time.
create function agentdb_living(times jsonb, metadata jsonb, since bigint) returns jsonb
    language sql immutable parallel safe
return (
    select jsonb_object_agg(key, value) from jsonb_each(times)
    where key not like 'metadata/%' or value::bigint >= since
        or jsonb_typeof(metadata) = 'object' and metadata ? substr(key, 10));

-- Leaves a tombstone.
create function agentdb_bury(kind text, id uuid, context jsonb, hlc bigint) returns void
    language plpgsql set search_path = public, pg_temp as
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

-- Function of trigger "~agentdb_stamp" (made by agentdb_set_triggers(), at the end of this page); last made in V13.
-- BEFORE INSERT OR UPDATE, behind everybody else's triggers, so that what they change is part of what is stamped; the
-- argument is the kind. With the owner's rights: a writer needs some on the kinds alone.
create function agentdb_stamp() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as
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

revoke execute on function agentdb_stamp() from public;

-- AFTER DELETE: somebody's trigger may keep the row, and a record is in its table or among the tombstones, never in
-- both.
create function agentdb_stamp_delete() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as
$$
begin
    perform agentdb_bury(tg_argv[0], old.id, old.context, old.hlc);
    return null;
end
$$;

revoke execute on function agentdb_stamp_delete() from public;

-- Of a record that was inserted or renamed: a new record over a tombstone takes over its context, so that it is an
-- update of what was deleted and not a rival of the delete. It may be gone again, by another trigger; then its tombstone
-- is right.
create function agentdb_take_over(kind text, made uuid) returns void
    language plpgsql set search_path = public, pg_temp as
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

-- AFTER INSERT of a whole statement. After, not before: the insert may have waited for the very transaction that
-- deletes.
create function agentdb_succeed_all() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as
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

revoke execute on function agentdb_succeed_all() from public;

-- AFTER UPDATE, where a record was renamed, which is a delete and a create, and behind each row that logical replication
-- inserts: it fires no triggers of statements.
create function agentdb_succeed() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as
$$
begin
    if tg_op = 'UPDATE' then
        perform agentdb_bury(tg_argv[0], old.id, old.context, old.hlc);
    end if;
    perform agentdb_take_over(tg_argv[0], new.id);
    return null;
end
$$;

revoke execute on function agentdb_succeed() from public;

-- BEFORE UPDATE, behind the stamp; the argument is the kind. Of keys that are gone already in the version that is
-- overwritten, and that every node has passed that has ever read from here: none of them can have another opinion of
-- those keys that does not know of this one.
create function agentdb_trim() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as
$$
begin
    if old.feed_xid < (select coalesce(min(case when feed = agentdb_me() then xid else 0 end), old.feed_xid + 1) from cursors
                       where direction = 'push' and scope = '' and kind = tg_argv[0])
            and not exists (select from conflicts where outcome = 'open' and kind = tg_argv[0] and record_id = old.id)
            and not exists (select from quarantine where kind = tg_argv[0] and id = old.id) then
        new.field_hlc := agentdb_living(new.field_hlc, new.metadata, new.hlc);
    end if;
    return new;
end
$$;

revoke execute on function agentdb_trim() from public;

-- It fires no row triggers.
create function agentdb_refuse_truncate() returns trigger
    language plpgsql set search_path = public, pg_temp as
$$
begin
    raise exception 'TRUNCATE % is refused: it fires no row triggers, so no peer would ever hear of it', tg_table_name
        using hint = format('Use DELETE FROM %I instead.', tg_table_name);
end
$$;

-- ======== Memory: episodes, skills, edges ========

-- What is stored can be sent, so checks hold for every writer. No foreign keys: an edge may arrive before its skill.
create domain finite as double precision check (value > '-Infinity' and value < 'Infinity');

-- Not 'infinity', and years that ISO 8601 writes with four digits.
create domain moment as timestamptz check (value >= '0001-01-01 00:00:00Z' and value < '10000-01-01 00:00:00Z');

create domain short_text as text check (length(value) between 1 and 512);

-- A content has at most 4 MiB; with these, a record has less than the 8 MiB of a frame, whatever it compresses to.
create function agentdb_sendable(kind text, field_hlc jsonb, tallies jsonb, context jsonb) returns boolean
    language plpgsql immutable parallel safe set search_path = public, pg_temp as
$$
begin
    if octet_length(field_hlc::text) > 1048576 then
        raise exception '% would hold the write times of so many metadata keys that no peer could be sent the record', kind
            using errcode = 'check_violation', constraint = kind || '_sendable', table = kind,
                  hint = 'Times of keys that are gone are dropped once every node that reads from here has read the record: synchronize, and '
                         || 'retire nodes that will not come back.';
    end if;
    if octet_length(tallies::text) > 1048576 or (select count(*) > 10000 from jsonb_object_keys(context)) then
        raise exception '% would hold the traces of so many nodes that no peer could be sent the record', kind
            using errcode = 'check_violation', constraint = kind || '_sendable', table = kind,
                  hint = 'Make it anew under another name or id, and delete this one before.';
    end if;
    return true;
end
$$;

-- As REST and imports have it; of what comes from peers, nothing is refused for that.
create function agentdb_portable(value jsonb) returns boolean
    language plpgsql stable parallel safe set search_path = public, pg_temp as
$$
declare
    words text := value::text;
begin
    if current_setting('agentdb.applying', true) = 'on' then
        return true;
    end if;
    if length(words) - length(translate(words, '[{', '')) > 100
            and jsonb_path_exists(value, 'strict $.**{100} ? (@.type() == "array" || @.type() == "object")') then
        raise exception 'a JSON value is nested more than 100 levels deep' using errcode = 'check_violation', constraint = 'agentdb_portable',
            hint = 'It could not be exported and imported again.';
    end if;
    if words ~ '[0-9]{201}[0-9]{200}' and exists (
            select from jsonb_path_query(value, 'strict $.** ? (@.type() == "number")') as number(json)
            where length(split_part(ltrim(json #>> '{}', '-'), '.', 1)) > 400 or length(split_part(json #>> '{}', '.', 2)) > 800) then
        raise exception 'a JSON value has a number with more than 400 digits before its point, or 800 behind it'
            using errcode = 'check_violation', constraint = 'agentdb_portable', hint = 'It could not be exported and imported again.';
    end if;
    return true;
end
$$;

-- Each kind's table ends with the record's version, which no writer sets, and with what merging needs beside it:
--   actor, counter, xid  the dot: which write made this version
--   context              per actor the highest counter that the version has seen
--   hlc                  hybrid time; greater than that of the version before, however wrong the clocks are
--   feed_xid             with the id, the place in this node's feed; xid is the origin's
--   via                  the peer that has the version already; null in what was written here
--   choice               a side was picked (local-wins, remote-wins, a person), not written: two picks that meet fall
--                        back to latest-wins
--   field_hlc            when each field was written; null until the first update: then hlc is the time of all
--   tallies              what each actor contributed to a skill's statistics; null until they are updated: then all of
--                        it is the dot's actor's
--   unknown_fields       what later releases of peers have sent: a node that dropped it would delete it everywhere with
--                        its next write
create table episodes (
    id             uuid primary key default agentdb_uuid7(),
    ts             moment not null default now(),
    session_id     short_text not null,
    task           text not null,
    input          text,
    output         text,
    critique       text,
    reward         finite,
    success        boolean,
    latency_ms     bigint check (latency_ms >= 0),
    tokens_used    bigint check (tokens_used >= 0),
    tags           text[] check (array_position(tags, null) is null and coalesce(array_ndims(tags), 1) = 1),
    metadata       jsonb,
    created_at     moment not null default now(),
    actor          text not null,
    counter        bigint not null,
    xid            bigint not null,
    context        jsonb not null,
    hlc            bigint not null,
    feed_xid       bigint not null,
    via            text,
    choice         boolean not null default false,
    field_hlc      jsonb,
    tallies        jsonb,
    unknown_fields text,
    constraint episodes_size check (octet_length(task) + coalesce(octet_length(input), 0)
        + coalesce(octet_length(output), 0) + coalesce(octet_length(critique), 0)
        + coalesce(pg_column_size(tags), 0) + coalesce(octet_length(metadata::text), 0) <= 4194304),
    constraint episodes_unknown check (octet_length(unknown_fields) <= 1398104),
    constraint episodes_version check (actor = '' or actor like '_%.________' and counter > 0 and xid > 0
        and coalesce((context ->> actor)::bigint, 0) >= counter),
    constraint episodes_sendable check (coalesce(pg_column_size(field_hlc), 0) + coalesce(pg_column_size(tallies), 0)
        + pg_column_size(context) <= 16384 or agentdb_sendable('episodes', field_hlc, tallies, context)),
    constraint episodes_metadata_portable check (metadata is null or octet_length(metadata::text) <= 100
        or agentdb_portable(metadata))
);

create index episodes_feed on episodes (feed_xid, id);

create index episodes_session on episodes (session_id, id);

-- The order in which episodes are listed; without it, every page would sort them all.
create index episodes_ts on episodes (ts, id);

create index episodes_tags on episodes using gin (tags);

create table skills (
    id                   uuid primary key,
    name                 short_text not null,
    description          text,
    signature            jsonb,
    code                 text,
    success_rate         finite,
    uses                 bigint check (uses >= 0),
    avg_reward           finite,
    avg_latency_ms       finite,
    tags                 text[] check (array_position(tags, null) is null and coalesce(array_ndims(tags), 1) = 1),
    metadata             jsonb,
    created_from_episode uuid,
    created_at           moment not null default now(),
    updated_at           moment default now(),
    last_used_at         moment,
    actor                text not null,
    counter              bigint not null,
    xid                  bigint not null,
    context              jsonb not null,
    hlc                  bigint not null,
    feed_xid             bigint not null,
    via                  text,
    choice               boolean not null default false,
    field_hlc            jsonb,
    tallies              jsonb,
    unknown_fields       text,
    constraint skills_size check (coalesce(octet_length(description), 0) + coalesce(octet_length(code), 0)
        + coalesce(octet_length(signature::text), 0) + coalesce(pg_column_size(tags), 0)
        + coalesce(octet_length(metadata::text), 0) <= 4194304),
    constraint skills_unknown check (octet_length(unknown_fields) <= 1398104),
    constraint skills_version check (actor = '' or actor like '_%.________' and counter > 0 and xid > 0
        and coalesce((context ->> actor)::bigint, 0) >= counter),
    constraint skills_sendable check (coalesce(pg_column_size(field_hlc), 0) + coalesce(pg_column_size(tallies), 0)
        + pg_column_size(context) <= 16384 or agentdb_sendable('skills', field_hlc, tallies, context)),
    constraint skills_metadata_portable check (metadata is null or octet_length(metadata::text) <= 100
        or agentdb_portable(metadata)),
    constraint skills_signature_portable check (signature is null or octet_length(signature::text) <= 100
        or agentdb_portable(signature))
);

create index skills_feed on skills (feed_xid, id);

-- Not unique: the id, made of the name, already is.
create index skills_name on skills (name);

create table edges (
    id               uuid primary key,
    from_type        short_text not null default 'skill',
    from_id          uuid not null,
    relationship     short_text not null,
    to_type          short_text not null default 'skill',
    to_id            uuid not null,
    weight           finite,
    co_occurrences   bigint check (co_occurrences >= 0),
    similarity       finite,
    uplift           finite,
    confidence       finite,
    sample_size      bigint check (sample_size >= 0),
    evidence_ids     jsonb,
    experiment_ids   jsonb,
    confounder_score finite,
    mechanism        text,
    metadata         jsonb,
    created_at       moment not null default now(),
    updated_at       moment default now(),
    actor            text not null,
    counter          bigint not null,
    xid              bigint not null,
    context          jsonb not null,
    hlc              bigint not null,
    feed_xid         bigint not null,
    via              text,
    choice           boolean not null default false,
    field_hlc        jsonb,
    tallies          jsonb,
    unknown_fields   text,
    constraint edges_size check (coalesce(octet_length(mechanism), 0) + coalesce(octet_length(evidence_ids::text), 0)
        + coalesce(octet_length(experiment_ids::text), 0) + coalesce(octet_length(metadata::text), 0) <= 4194304),
    constraint edges_unknown check (octet_length(unknown_fields) <= 1398104),
    constraint edges_version check (actor = '' or actor like '_%.________' and counter > 0 and xid > 0
        and coalesce((context ->> actor)::bigint, 0) >= counter),
    constraint edges_sendable check (coalesce(pg_column_size(field_hlc), 0) + coalesce(pg_column_size(tallies), 0)
        + pg_column_size(context) <= 16384 or agentdb_sendable('edges', field_hlc, tallies, context)),
    constraint edges_metadata_portable check (metadata is null or octet_length(metadata::text) <= 100
        or agentdb_portable(metadata)),
    constraint edges_evidence_ids_portable check (evidence_ids is null or octet_length(evidence_ids::text) <= 100
        or agentdb_portable(evidence_ids)),
    constraint edges_experiment_ids_portable check (experiment_ids is null or octet_length(experiment_ids::text) <= 100
        or agentdb_portable(experiment_ids))
);

create index edges_feed on edges (feed_xid, id);

create index edges_from on edges (from_id);

create index edges_to on edges (to_id);

-- ======== The triggers of each kind (design 3) ========

-- The condition leaves out what the applier itself writes: only its own statements, not what other triggers write
-- because of them, and only in a session that may write the table node, so that no agent can pass for it.
create trigger "~agentdb_stamp" before insert or update on episodes for each row
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_stamp('episodes');

create trigger "~agentdb_trim" before update on episodes for each row
    when (pg_column_size(new.field_hlc) > 4096 and current_setting('agentdb.applying', true) is distinct from 'on')
    execute function agentdb_trim('episodes');

create trigger "!agentdb_stamp_delete" after delete on episodes for each row
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_stamp_delete('episodes');

create trigger "!agentdb_succeed" after insert on episodes referencing new table as made for each statement
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_succeed_all('episodes');

create trigger "!agentdb_succeed_replicated" after insert on episodes for each row
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_succeed('episodes');

alter table episodes enable replica trigger "!agentdb_succeed_replicated";

create trigger "!agentdb_succeed_renamed" after update on episodes for each row
    when (old.id <> new.id and (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE')))
    execute function agentdb_succeed('episodes');

create trigger agentdb_refuse_truncate before truncate on episodes
    execute function agentdb_refuse_truncate();

create trigger "~agentdb_stamp" before insert or update on skills for each row
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_stamp('skills');

create trigger "~agentdb_trim" before update on skills for each row
    when (pg_column_size(new.field_hlc) > 4096 and current_setting('agentdb.applying', true) is distinct from 'on')
    execute function agentdb_trim('skills');

create trigger "!agentdb_stamp_delete" after delete on skills for each row
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_stamp_delete('skills');

create trigger "!agentdb_succeed" after insert on skills referencing new table as made for each statement
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_succeed_all('skills');

create trigger "!agentdb_succeed_replicated" after insert on skills for each row
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_succeed('skills');

alter table skills enable replica trigger "!agentdb_succeed_replicated";

create trigger "!agentdb_succeed_renamed" after update on skills for each row
    when (old.id <> new.id and (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE')))
    execute function agentdb_succeed('skills');

create trigger agentdb_refuse_truncate before truncate on skills
    execute function agentdb_refuse_truncate();

create trigger "~agentdb_stamp" before insert or update on edges for each row
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_stamp('edges');

create trigger "~agentdb_trim" before update on edges for each row
    when (pg_column_size(new.field_hlc) > 4096 and current_setting('agentdb.applying', true) is distinct from 'on')
    execute function agentdb_trim('edges');

create trigger "!agentdb_stamp_delete" after delete on edges for each row
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_stamp_delete('edges');

create trigger "!agentdb_succeed" after insert on edges referencing new table as made for each statement
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_succeed_all('edges');

create trigger "!agentdb_succeed_replicated" after insert on edges for each row
    when (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE'))
    execute function agentdb_succeed('edges');

alter table edges enable replica trigger "!agentdb_succeed_replicated";

create trigger "!agentdb_succeed_renamed" after update on edges for each row
    when (old.id <> new.id and (current_setting('agentdb.applying', true) is distinct from 'on' or pg_trigger_depth() > 0
        or not has_table_privilege(session_user, 'public.node'::regclass, 'UPDATE')
        or not has_table_privilege('public.node'::regclass, 'UPDATE')))
    execute function agentdb_succeed('edges');

create trigger agentdb_refuse_truncate before truncate on edges
    execute function agentdb_refuse_truncate();

-- ======== Feed and knowledge (design 4 and 7) ========

-- How far each side has read the other. pull: how far we have read the peer's feed, in the transaction with its data.
-- push: how far the peer has acknowledged ours (scope 'sent' by pushes, '' by whatever way); void once the peer is
-- another incarnation. A selection has a scope of its own.
create table cursors (
    peer_node text        not null,
    kind      text        not null,
    direction text        not null check (direction in ('pull', 'push')),
    scope     text        not null default '',
    feed      text        not null,
    reader    text        not null,
    xid       bigint      not null,
    id        uuid        not null,
    moved_at  timestamptz not null default now(),
    primary key (peer_node, kind, direction, scope)
);

-- Per kind and actor: every transaction of that actor below xid has been taken in here. A transaction id and not a
-- counter, because counters commit out of order. buried: a tombstone that was dropped here named the actor. Then a
-- record of that actor that is known and not here was deleted; forgotten, it would be new, and come back.
create table knowledge (
    kind   text    not null,
    actor  text    not null,
    xid    bigint  not null,
    buried boolean not null default false,
    primary key (kind, actor)
);

-- Per kind the highest feed_xid of a tombstone that was dropped: a reader that stands below it may have missed a
-- delete.
create table forgotten (
    kind     text   primary key,
    feed_xid bigint not null
);

-- How often this node has met another, counted on both sides: who knows of fewer meetings than the other has gone back
-- in time. own_counter: the last one that this node had given when neither had forgotten a meeting; what was written
-- beyond it is in doubt.
create table meetings (
    peer_actor  text   not null,
    own_actor   text   not null,
    begun       bigint not null default 0,
    confirmed   bigint not null default 0,
    heard       bigint not null default 0,
    own_counter bigint,
    primary key (peer_actor, own_actor)
);

-- Versions of this node that fit into no frame, or that cannot be encoded: left out of what is sent. Whoever reads
-- this node is told nothing of their actors from there on, or would take them for known.
create table unsent (
    kind     text        not null,
    id       uuid        not null,
    actor    text        not null,
    counter  bigint      not null,
    xid      bigint      not null,
    reason   text        not null,
    first_at timestamptz not null default now(),
    last_at  timestamptz not null default now(),
    primary key (kind, id, actor, counter)
);

-- Which fields the release knew that looked last whether unknown_fields holds some of them.
create table known_fields (
    one    boolean primary key default true check (one),
    fields integer not null
);

-- ======== Conflicts and quarantine (design 5 and 6) ========

-- Both versions of every record that two sides changed without knowing of each other. outcome 'open': the remote
-- version waits for a person; both sides go on with their own.
create table conflicts (
    id             bigint generated always as identity primary key,
    kind           text        not null,
    record_id      uuid        not null,
    peer_node      text        not null,
    strategy       text        not null,
    outcome        text        not null,
    local          jsonb       not null,
    remote         jsonb       not null,
    detected_at    timestamptz not null default now(),
    remote_actor   text,
    remote_counter bigint,
    remote_xid     bigint,
    result         jsonb,
    resolved_at    timestamptz,
    resolution     text,
    resolved_by    text
);

create index conflicts_record on conflicts (kind, record_id);

create unique index conflicts_open on conflicts (kind, record_id, remote_actor, remote_counter) where outcome = 'open';

create index conflicts_detected on conflicts (detected_at);

-- What a conflict was before it was decided together with others, so that one word takes all of it back. A row at most per
-- conflict, with which it goes. undone_at: it was taken back.
create table decided_together (
    conflict_id bigint      primary key references conflicts on delete cascade,
    batch       uuid        not null,
    outcome     text        not null,
    result      jsonb,
    resolved_at timestamptz,
    undone_at   timestamptz
);

create index decided_together_batch on decided_together (batch);

-- Records that could not be applied: set aside, so that they do not block what follows. revision is json, not jsonb:
-- it may hold just what jsonb refuses (a NUL character), which is why it is here. peer_actor: its rows are not sent
-- back there. given_up_at: a person does not want it. It stays known as not applied, or this node would claim to know
-- it, and whoever believes that would take the missing record for deleted.
create table quarantine (
    kind        text        not null,
    id          uuid        not null,
    actor       text        not null,
    counter     bigint      not null,
    peer_node   text        not null,
    reason      text        not null,
    revision    json        not null,
    first_at    timestamptz not null default now(),
    last_at     timestamptz not null default now(),
    attempts    integer     not null default 1,
    code        text        not null,
    peer_actor  text,
    xid         bigint      not null,
    next_try    timestamptz not null,
    given_up_at timestamptz,
    primary key (kind, id, actor, counter)
);

create index quarantine_next_try on quarantine (next_try) where given_up_at is null;

create index quarantine_listed on quarantine (first_at, kind, id, actor, counter) where given_up_at is null;

-- ======== Peers, runs and locks ========

-- dials: WE or THEY, where only one of the two can reach the other.
create table peers (
    name              text primary key check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    address           text        not null,
    auth_token        text,
    fingerprint       text,
    kinds             text[],
    filters           jsonb,
    conflict_strategy text,
    created_at        timestamptz not null default now(),
    dials             text
);

-- in_sync_as_of: up to when, on this node's clock, everything that was written on either side is known to be on both.
-- set_aside_there: the peer has set something of ours aside; it is sent no more, and only a comparison tells whether
-- it was taken in since. How a peer has failed is kept here, so that a restart or another process does not begin anew.
create table sync_state (
    peer               text primary key,
    node_id            text,
    last_sync_at       timestamptz,
    last_episode_sync  timestamptz,
    last_skill_sync    timestamptz,
    last_edge_sync     timestamptz,
    total_items_synced bigint  not null default 0,
    total_bytes_synced bigint  not null default 0,
    sync_count         bigint  not null default 0,
    last_error         text,
    last_error_at      timestamptz,
    in_sync_as_of      timestamptz,
    set_aside_there    boolean not null default false,
    last_failure       text,
    failures_in_a_row  integer not null default 0,
    next_attempt_at    timestamptz
);

-- Runs outlive their process. The owner holds an advisory lock for as long as it lives: one that is free means that
-- its runs are orphans. attempts: a run that takes its process with it must not go round for ever. cancelled: why it is
-- to end before it is done, for its process to see.
create table sync_runs (
    id          uuid primary key,
    peer        text        not null,
    options     jsonb       not null,
    automatic   boolean     not null,
    state       text        not null check (state in ('RUNNING', 'SUCCEEDED', 'FAILED')),
    owner       uuid        not null,
    attempts    integer     not null,
    started_at  timestamptz not null,
    finished_at timestamptz,
    progress    jsonb       not null,
    report      jsonb,
    cancelled   text
);

create index sync_runs_started on sync_runs (started_at);

create index sync_runs_running on sync_runs (owner) where state = 'RUNNING';

-- Automatic sync, as somebody has switched it; no row while it is as configured.
create table auto_sync (
    one         boolean primary key default true check (one),
    enabled     boolean     not null,
    switched_at timestamptz not null default now()
);

-- Peers that a person has left alone for a while: one, or all (peer is empty then). Apart, so that whoever resumes all
-- leaves single pauses as they are. until is null where only a person ends it.
create table peer_pauses (
    everybody boolean     not null,
    peer      text        not null,
    since     timestamptz not null default now(),
    until     timestamptz,
    who       text        not null,
    primary key (everybody, peer)
);

-- ShedLock's table: who may do scheduled work until when. Its times are UTC, of the database's clock.
create table shedlock (
    name       varchar(64) primary key,
    lock_until timestamp not null,
    locked_at  timestamp not null,
    locked_by  text      not null
);

-- A node's id is what a client says. The first credential under which one works keeps it: another client that says the
-- same id moves none of its cursors, and is told nothing meant for it.
create table node_credentials (
    node_id    text        primary key,
    credential text        not null,
    first_at   timestamptz not null default now()
);

create index node_credentials_of on node_credentials (credential);

-- Clients that are not let in: names of tokens or certificates, or addresses. Every process on this database reads it
-- now and then.
create table blocked (
    client     text        primary key,
    reason     text,
    blocked_at timestamptz not null default now()
);

-- ======== Search ========

-- Up to where the words of each kind are noted down, and in which feed: in another one's place, all is noted down anew.
create table search_places (
    kind text not null,
    feed text not null,
    xid bigint not null,
    id uuid not null,
    wanted boolean default false not null,
    constraint search_places_pkey PRIMARY KEY (kind)
);

-- The words of each record's version at that place of the feed, which a node notes down behind the writers: an index on
-- the kinds' own tables would be paid for by each write. A row whose record has moved on, or is gone, counts for nothing.
create table search_words (
    kind     text     not null,
    id       uuid     not null,
    feed_xid bigint   not null,
    words    tsvector not null,
    primary key (kind, id)
);

create index search_words_found on search_words using gin (words) with (gin_pending_list_limit = 512);

-- The newest come first, of what so many have that not all can be ranked.
create index search_words_newest on search_words (kind, feed_xid, id);

-- ======== Embeddings ========

-- What records mean, as vectors, each of one model's making: no part of a record's version. A row whose digest is not that of the
-- record's present text says nothing. written is the transaction that put it there, by which each process follows what is new.
create table embeddings (
    kind       text   not null,
    id         uuid   not null,
    model      text   not null,
    digest     bytea  not null,
    dimensions int    not null,
    vector     bytea  not null,
    written    bigint not null default pg_current_xact_id()::text::bigint,
    primary key (kind, id, model),
    constraint embeddings_form check (octet_length(digest) = 32 and dimensions between 1 and 4096
        and octet_length(vector) = 4 * dimensions and char_length(model) between 1 and 80)
);

-- It is random to a compressor, which would be asked at each write all the same.
alter table embeddings alter column vector set storage external;

create index embeddings_written on embeddings (model, kind, written, id);

-- Up to where the feeds' embeddings are made by a model, and, on nodes without one, tidied up. held_until: one process works at a time.
create table embedding_places (
    kind       text        not null,
    model      text        not null,
    feed       text        not null,
    xid        bigint      not null,
    id         uuid        not null,
    holder     text,
    held_until timestamptz not null default '-infinity',
    primary key (kind, model)
);

-- What was taken in last of an attached file's row, and from which entry of the file's map on: until the file says so too, the next change is
-- counted from there.
create table attached_changes (
    file uuid not null,
    kind text not null,
    id uuid not null,
    agreed bigint not null,
    print bytea not null,
    constraint attached_changes_pkey PRIMARY KEY (file, kind, id)
);

-- ======== Pages ========

-- By which key sessions are signed, in every process.
create table page_key (
    one boolean default true not null,
    key bytea not null,
    made_at timestamp with time zone default now() not null,
    constraint page_key_pkey PRIMARY KEY (one),
    constraint page_key_one_check CHECK (one)
);

-- What records were before somebody changed or deleted them on a page, for an hour.
create table page_undo (
    id uuid not null,
    kind text not null,
    before jsonb not null,
    after text not null,
    who text not null,
    at timestamp with time zone default now() not null,
    constraint page_undo_pkey PRIMARY KEY (id)
);

CREATE INDEX page_undo_at ON page_undo USING btree (at);

-- Sessions that have ended before their time: copies of their cookies are worth nothing.
create table signed_out (
    session uuid not null,
    until timestamp with time zone not null,
    constraint signed_out_pkey PRIMARY KEY (session)
);

-- What makes peers of two nodes: of the secret in its text, only the hash. name: what the other one will be called here; null: as it calls itself.
-- A row stays for a week after its end, so that who comes too late hears why. used_by: the node that has used it, and the peer that it became.
create table invitations (
    id           uuid        primary key,
    secret       bytea       not null unique,
    name         text,
    addresses    text[]      not null,
    made_at      timestamptz not null default now(),
    made_by      text        not null,
    expires_at   timestamptz not null,
    withdrawn_at timestamptz,
    used_at      timestamptz,
    used_by      text,
    peer         text
);

-- What peers that came by an invitation show here, by the one node that may show it. pending: the token itself until the other node has answered, as a
-- second try has to show the same one; pending_until: when that ends, whatever the other node does.
create table peer_tokens (
    node_id text        primary key,
    peer    text        not null,
    secret  bytea       not null,
    pending text,
    pending_until timestamptz,
    made_at timestamptz not null default now()
);

create index peer_tokens_peer on peer_tokens (peer);
-- How far imports are, and what came of the last of them, for every process to say.
create table imports (
    id uuid not null,
    owner uuid not null,
    source text not null,
    who text not null,
    state text not null,
    phase text not null,
    current bigint not null,
    total bigint not null,
    unit text not null,
    rows bigint not null,
    begun_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    failure text,
    refused boolean default false not null,
    report jsonb,
    cancelled text,
    constraint imports_pkey PRIMARY KEY (id)
);

CREATE INDEX imports_begun ON imports USING btree (begun_at DESC);
-- Connections that are to be closed by the process of this node that has them.
create table connection_closings (
    connection text not null,
    process uuid not null,
    asked_at timestamp with time zone default now() not null,
    constraint connection_closings_pkey PRIMARY KEY (connection)
);

-- What each process of this node has told the others of its clients; what a dead one has left is not read.
create table process_clients (
    process uuid not null,
    connections jsonb not null,
    usage jsonb not null,
    told_at timestamp with time zone default now() not null,
    constraint process_clients_pkey PRIMARY KEY (process)
);

-- ======== What migrations call ========

-- The triggers of a replicated table. In name order, '!' comes before and '~' after what people call theirs. What the
-- applier writes itself keeps its version: a statement of its own (what other triggers and cascades write because of
-- it is a local write like any other) of a session that may write the node's identity, which agents' roles may not.
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

-- No more than the plainest nonsense: what is checked is prepared for each statement, and would be felt by each.
create procedure agentdb_check_versions(name text)
    language plpgsql as
$$
begin
    execute format($check$alter table %I add constraint %I check (actor = ''
        or actor like '_%%.________' and counter > 0 and xid > 0 and coalesce((context ->> actor)::bigint, 0) >= counter) not valid$check$,
        name, name || '_version');
end
$$;

-- The version columns, the feed's index and the triggers of a new kind's table.
create procedure agentdb_replicate(kind text)
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

-- The last line of each migration that makes a function: what it names is ours, and nobody makes a trigger of what
-- acts with our rights. What is called and acts with them may be called by anybody: a node whose role is not the
-- owner, and a writer's trigger, ask who this node is.
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
