-- What can be stored can be sent, exported and imported again: writers hear of it where it would not be so.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- Versions of this node that fit into no frame, or that cannot be encoded: left out of what is sent. Whoever reads this node is told nothing
-- of their actors from there on, or would take them for known.
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

-- A content has at most 4 MiB; with these, a record has less than the 8 MiB of a frame, whatever it compresses to.
create function agentdb_sendable(kind text, field_hlc jsonb, tallies jsonb, context jsonb) returns boolean
    language plpgsql immutable parallel safe as
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

-- As REST and imports have it (Rules.java); of what comes from peers, nothing is refused for that.
create function agentdb_portable(value jsonb) returns boolean
    language plpgsql stable parallel safe as
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

-- BEFORE UPDATE, behind the stamp; the argument is the kind. Of keys that are gone already in the version that is overwritten, and that every
-- node has passed that has ever read from here: none of them can have another opinion of those keys that does not know of this one.
create function agentdb_trim() returns trigger
    language plpgsql security definer as
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

-- The times without those of metadata keys that are gone since before that time.
create function agentdb_living(times jsonb, metadata jsonb, since bigint) returns jsonb
    language sql immutable parallel safe
return (
    select jsonb_object_agg(key, value) from jsonb_each(times)
    where key not like 'metadata/%' or value::bigint >= since
        or jsonb_typeof(metadata) = 'object' and metadata ? substr(key, 10));

do
$$
declare
    kind text;
    json text;
begin
    foreach kind in array array ['episodes', 'skills', 'edges'] loop
        -- Not valid: reading all rows to make sure would keep writers out meanwhile. The sizes first: to ask the function costs more.
        execute format('alter table %I add constraint %I check (coalesce(pg_column_size(field_hlc), 0) + coalesce(pg_column_size(tallies), 0)
            + pg_column_size(context) <= 16384 or agentdb_sendable(%L, field_hlc, tallies, context)) not valid', kind, kind || '_sendable', kind);
        execute format('create trigger "~agentdb_trim" before update on %I for each row
            when (pg_column_size(new.field_hlc) > 4096 and current_setting(''agentdb.applying'', true) is distinct from ''on'')
            execute function agentdb_trim(%L)', kind, kind);
        foreach json in array case kind when 'episodes' then array ['metadata'] when 'skills' then array ['metadata', 'signature']
                else array ['metadata', 'evidence_ids', 'experiment_ids'] end loop
            execute format('alter table %I add constraint %I check (%I is null or octet_length(%I::text) <= 100 or agentdb_portable(%I)) not valid',
                kind, kind || '_' || json || '_portable', json, json, json);
        end loop;
    end loop;
    if to_regproc('agentdb_secure') is not null then
        execute 'call agentdb_secure()';
    end if;
end
$$;
