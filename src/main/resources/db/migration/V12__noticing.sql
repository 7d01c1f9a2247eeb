-- A database that went back in time, or is another one, is noticed by the first write on it and not only when the node starts: what was
-- written in between stood under dots that peers have seen on other content, and nobody could tell afterwards which rows those were.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- noted_xid:      xmin of the row as agentdb_note() has left it. A row that came by COPY, as from a dump, was written by another transaction.
-- server_started: the server that the row was last looked at on; a promoted standby is another one, and so is one that was started again.
-- timeline is 0 while a writer has taken a new actor and no process of the node has looked yet: the feed is still the former database's.
alter table node add noted_xid xid, add server_started timestamptz;

-- The last counter that this node had given when it last met the peer and neither had forgotten a meeting.
alter table meetings add own_counter bigint;

-- What changes when a database is restored elsewhere, promoted, or copied within its cluster. The timeline is that of the log being
-- written: pg_control_checkpoint() still tells the former one between a promotion and the checkpoint after it.
create function agentdb_fingerprint(out system_identifier text, out timeline bigint, out database_oid bigint)
    language sql volatile as
$$
select s.system_identifier::text, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint, d.oid::bigint
from pg_control_system() s, pg_database d
where d.datname = current_database()
$$;

-- Notes that the row of table node belongs to this database. Not pg_current_xact_id(): within a savepoint, xmin is another id. With the
-- caller's rights, who needs those on table node: who could call it with ours would make another database pass for this one.
create function agentdb_note() returns void
    language plpgsql as
$$
declare
    written xid;
begin
    update node set server_started = pg_postmaster_start_time();
    select xmin into written from node;
    update node set noted_xid = written;
end
$$;

-- Whether the database is not the one whose row of table node this is. That its server was started again, alone, says nothing.
create function agentdb_moved() returns boolean
    language sql volatile as
$$
select n.noted_xid is distinct from n.xmin or n.system_identifier <> f.system_identifier or n.database_oid <> f.database_oid
    or n.timeline not in (0, f.timeline)
from node n, agentdb_fingerprint() f
$$;

-- For a write that finds another database, or another server, than was noted. Anybody may call it: where nothing has moved, it does nothing.
create function agentdb_recognize() returns text
    language plpgsql as
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

-- As since V9, and looks in passing whether all is as it was.
create or replace function agentdb_me() returns text
    language plpgsql volatile as
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

-- A writer needs no rights on what these look at and write; nor does a table of his own with such a name stand in their way.
do
$$
declare
    name text;
begin
    foreach name in array array ['agentdb_fingerprint', 'agentdb_moved', 'agentdb_recognize'] loop
        execute format('alter function %I() security definer set search_path = %I, pg_temp', name, current_schema());
    end loop;
    execute format('alter function agentdb_note() set search_path = %I, pg_temp', current_schema());
end
$$;

-- Of a release that noted nothing: it is this database's own row if any record was last written where it lies.
do
$$
begin
    if exists (select from episodes where xmin = (feed_xid & 4294967295)::text::xid)
        or exists (select from skills where xmin = (feed_xid & 4294967295)::text::xid)
        or exists (select from edges where xmin = (feed_xid & 4294967295)::text::xid)
        or exists (select from tombstones where xmin = (feed_xid & 4294967295)::text::xid) then
        perform agentdb_note();
    end if;
end
$$;
