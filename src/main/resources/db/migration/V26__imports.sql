-- Whoever has begun an import looks at how far it is, on whichever process, and it can be ended; and one in whose middle its process was killed says up
-- to which line everything is in.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

create table imports (
    id        uuid        primary key,
    -- The process that makes it.
    owner     uuid        not null,
    -- The file's name; empty if it came without one.
    source    text        not null,
    who       text        not null,
    state     text        not null,
    phase     text        not null,
    current   bigint      not null,
    -- 0 while it is not known.
    total     bigint      not null,
    unit      text        not null,
    -- Everything up to this row is stored, or among the errors.
    rows      bigint      not null,
    begun_at  timestamptz not null,
    ended_at  timestamptz,
    failure   text,
    -- Whether what was sent is to blame.
    refused   boolean     not null default false,
    report    jsonb,
    -- Who wants it to end; its process looks now and then.
    cancelled text
);

create index imports_begun on imports (begun_at desc);
