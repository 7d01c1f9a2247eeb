-- A writer whose snapshot is older than the node's present incarnation would write under one that was given up, whose next dots peers may
-- have seen on other content. Taking the row's lock makes Postgres refuse that (could not serialize access), and a later incarnation wait
-- for this writer. Under read committed every statement sees the present row anyway, and what it writes is waited for.
create or replace function agentdb_me() returns text
    language plpgsql volatile as
$$
declare
    me text;
begin
    if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
        select actor into me from node for share;
    else
        select actor into me from node;
    end if;
    if me is null then
        raise exception 'this database has no node identity yet, so a write cannot be versioned'
            using hint = 'Start the sync node on this database once; it makes the identity.';
    end if;
    return me;
end
$$;
