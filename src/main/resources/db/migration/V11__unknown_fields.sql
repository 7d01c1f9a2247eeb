-- What a later release's records have and this one does not know is kept, and passed on as it came: a node that dropped it would delete it
-- everywhere with its next write.

-- Other processes serve this database meanwhile. Who waits for a lock makes everybody wait who comes after: give up soon, and try again.
set local lock_timeout = '2s';

-- Which fields the release knew that looked last whether what was kept holds some of them.
create table known_fields (
    one    boolean primary key default true check (one),
    fields integer not null
);
insert into known_fields (fields) values (0);

-- They came from a peer; what somebody else writes there could not be sent to anybody.
create function agentdb_refuse_unknown() returns trigger
    language plpgsql as
$$
begin
    raise exception '%.unknown_fields is not written by hand: it holds what later releases of peers have sent', tg_table_name
        using hint = 'Leave the column out.';
end
$$;

-- unknown_fields: protobuf fields of the content, in base64. As a part of it, merging treats it like any field.
-- A kind's migration calls this after agentdb_replicate.
create procedure agentdb_keep_unknown(kind text)
    language plpgsql as
$$
declare
    local_write constant text := 'current_setting(''agentdb.applying'', true) is distinct from ''on''';
begin
    execute format('alter table %I add unknown_fields text', kind);
    -- Every row is null there: reading them all to make sure would keep writers out meanwhile.
    execute format('alter table %I add constraint %I check (octet_length(unknown_fields) <= 1398104) not valid', kind, kind || '_unknown');
    execute format('create trigger agentdb_refuse_unknown before insert on %I for each row
        when (new.unknown_fields is not null and %s) execute function agentdb_refuse_unknown()', kind, local_write);
    execute format('create trigger agentdb_refuse_unknown_updated before update on %I for each row
        when (new.unknown_fields is distinct from old.unknown_fields and %s) execute function agentdb_refuse_unknown()', kind, local_write);
end
$$;

call agentdb_keep_unknown('episodes');
call agentdb_keep_unknown('skills');
call agentdb_keep_unknown('edges');
