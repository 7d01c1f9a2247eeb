-- What was set aside is shown, tried again and replayed.

-- peer_actor:  which incarnation the record came from: its rows are not sent back there.
-- xid:         of the dot. Asked of the revision by -> or ->>, json would unescape all of it, and refuse just the NUL for which it is here.
-- given_up_at: a person does not want it. It stays known as not applied: otherwise this node would claim to know it, and whoever believes
--              that would take a record that it cannot find here for deleted.
alter table quarantine
    add code        text,
    add peer_actor  text,
    add xid         bigint,
    add next_try    timestamptz,
    add given_up_at timestamptz;

update quarantine
set code     = coalesce(substring(reason from '^([a-z]+(?:-[a-z]+)+): '), 'refused-by-database'),
    reason   = regexp_replace(reason, '^[a-z]+(-[a-z]+)+: ', ''),
    -- In the content, a quote would have a backslash before it.
    xid      = (regexp_match(revision::text, '"counter":\d+,"xid":(\d+),"context":'))[1]::bigint,
    next_try = now();

alter table quarantine
    alter code set not null,
    alter xid set not null,
    alter next_try set not null;

create index quarantine_next_try on quarantine (next_try) where given_up_at is null;
create index quarantine_listed on quarantine (first_at, kind, id, actor, counter) where given_up_at is null;
