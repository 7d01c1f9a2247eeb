-- Stamping: whoever writes a replicated row, through REST or with psql, leaves a version behind (docs/design.md, "Stamping").

-- For uuid version 5, which needs SHA-1; a trusted extension, so the database's owner may install it.
create extension if not exists pgcrypto;

-- Who this database is. Exactly one row, made by the node when it first starts.
create table node (
    one                boolean primary key default true check (one),
    node_id            text        not null,
    actor              text        not null,
    system_identifier  text        not null,
    timeline           bigint      not null,
    database_oid       bigint      not null,
    incarnated_at      timestamptz not null default now()
);

create sequence agentdb_counter;

-- What is left of a deleted record. A record is in its table or here, never in both.
create table tombstones (
    kind      text   not null,
    id        uuid   not null,
    actor     text   not null,
    counter   bigint not null,
    xid       bigint not null,
    context   jsonb  not null,
    hlc       bigint not null,
    feed_xid  bigint not null,
    via       text,
    primary key (kind, id)
);
create index tombstones_feed on tombstones (kind, feed_xid, id);

-- RFC 9562, section 5.5.
create function agentdb_uuid5(namespace uuid, name text) returns uuid
    language sql immutable strict parallel safe as
$$
select encode(set_byte(set_byte(hash, 6, get_byte(hash, 6) & 15 | 80), 8, get_byte(hash, 8) & 63 | 128), 'hex')::uuid
from (select substring(digest(uuid_send(namespace) || convert_to(name, 'UTF8'), 'sha1') from 1 for 16) as hash) as h
$$;

-- RFC 9562, section 5.7; PostgreSQL has its own only from 18 on.
create function agentdb_uuid7() returns uuid
    language sql volatile parallel safe as
$$
select encode(set_byte(bytes, 6, get_byte(bytes, 6) & 15 | 112), 'hex')::uuid
from (select overlay(uuid_send(gen_random_uuid())
                     placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                     from 1 for 6) as bytes) as u
$$;

create function agentdb_skill_id(name text) returns uuid
    language sql immutable strict parallel safe as
$$ select agentdb_uuid5('6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e01', name) $$;

create function agentdb_edge_id(from_id uuid, relationship text, to_id uuid) returns uuid
    language sql immutable strict parallel safe as
$$ select agentdb_uuid5('6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e02', from_id || '|' || relationship || '|' || to_id) $$;

-- The join of two contexts: per actor, the greater counter.
create function agentdb_join(a jsonb, b jsonb) returns jsonb
    language sql immutable strict parallel safe as
$$
select coalesce(jsonb_object_agg(actor, counter), '{}')
from (select key as actor, max(value::bigint) as counter
      from (select * from jsonb_each_text(a) union all select * from jsonb_each_text(b)) as entries
      group by key) as greatest_of_both
$$;

create function agentdb_xid() returns bigint
    language sql volatile parallel restricted as
$$ select pg_current_xact_id()::text::bigint $$;

-- Every transaction below the fence has ended: nothing can appear below it any more.
create function agentdb_fence() returns bigint
    language sql stable parallel restricted as
$$ select pg_snapshot_xmin(pg_current_snapshot())::text::bigint $$;

create function agentdb_now_hlc() returns bigint
    language sql volatile parallel safe as
$$ select (extract(epoch from clock_timestamp()) * 1000)::bigint << 16 $$;

create function agentdb_me() returns text
    language plpgsql stable as
$$
declare
    me text;
begin
    select actor into me from node;
    if me is null then
        raise exception 'this database has no node identity yet, so a write cannot be versioned'
            using hint = 'Start the sync node on this database once; it makes the identity.';
    end if;
    return me;
end
$$;

create function agentdb_bury(kind text, id uuid, context jsonb, hlc bigint) returns void
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
            feed_xid = excluded.feed_xid, via = null;
end
$$;

-- BEFORE INSERT OR UPDATE; the argument is the kind.
create function agentdb_stamp() returns trigger
    language plpgsql as
$$
declare
    me   text   := agentdb_me();
    past jsonb  := '{}';
    late bigint := 0;
begin
    if tg_op = 'UPDATE' then
        -- The version is not the writer's to set.
        new.actor := old.actor; new.counter := old.counter; new.xid := old.xid; new.context := old.context;
        new.hlc := old.hlc; new.feed_xid := old.feed_xid; new.via := old.via;
        if new is not distinct from old then
            return new;
        end if;
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
    return new;
end
$$;

-- BEFORE DELETE; the argument is the kind.
create function agentdb_stamp_delete() returns trigger
    language plpgsql as
$$
begin
    perform agentdb_bury(tg_argv[0], old.id, old.context, old.hlc);
    return old;
end
$$;

-- AFTER INSERT (or a rename): a new record over a tombstone takes over its context, so that it is an update of what was deleted and not a
-- rival of the delete. After, not before: the insert may have waited for the very transaction that deletes the record.
create function agentdb_succeed() returns trigger
    language plpgsql as
$$
declare
    grave   tombstones;
    setting text := coalesce(current_setting('agentdb.applying', true), '');
    counter bigint;
begin
    if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
        -- Such a snapshot does not see a tombstone that was committed since; but Postgres then refuses this insert.
        insert into tombstones (kind, id, actor, counter, xid, context, hlc, feed_xid)
        values (tg_argv[0], new.id, '', 0, 0, '{}', 0, 0) on conflict do nothing;
    end if;
    delete from tombstones as t where t.kind = tg_argv[0] and t.id = new.id returning * into grave;
    if found and grave.actor <> '' then
        -- Anew: the stamp's counter may be older than the tombstone's.
        counter := nextval('agentdb_counter');
        perform set_config('agentdb.applying', 'on', true);
        execute format(
            'update %s set counter = $1, context = agentdb_join(context, $2) || jsonb_build_object(actor, $1),
                           hlc = greatest(hlc, $3 + 1) where id = $4', tg_relid::regclass)
            using counter, grave.context, grave.hlc, new.id;
        perform set_config('agentdb.applying', setting, true);
    end if;
    return null;
end
$$;

create function agentdb_refuse_truncate() returns trigger
    language plpgsql as
$$
begin
    raise exception 'TRUNCATE % is refused: it fires no row triggers, so no peer would ever hear of it', tg_table_name
        using hint = format('Use DELETE FROM %I instead.', tg_table_name);
end
$$;

-- The version columns, the feed's index and the triggers of a replicated table. Applying from a peer sets agentdb.applying in its
-- transaction, and then no trigger runs.
create procedure agentdb_replicate(kind text)
    language plpgsql as
$$
declare
    local_write constant text := 'when (current_setting(''agentdb.applying'', true) is distinct from ''on'')';
begin
    execute format('alter table %I
        add actor text not null, add counter bigint not null, add xid bigint not null, add context jsonb not null,
        add hlc bigint not null, add feed_xid bigint not null, add via text', kind);
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
