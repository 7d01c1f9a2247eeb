-- Who has signed in on a page shows a signed cookie. The key stands here, so that every process of the node takes what another has signed, and
-- people stay signed in while a process is started again.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

create table page_key (
    one     boolean     primary key default true check (one),
    key     bytea       not null,
    made_at timestamptz not null default now()
);

-- Whoever has kept a copy of the cookie would else be signed in again after its owner has signed out.
create table signed_out (
    session uuid        primary key,
    until   timestamptz not null
);

-- A record that somebody has changed or deleted by mistake on a page can be put back for an hour.
create table page_undo (
    id     uuid        primary key,
    kind   text        not null,
    before jsonb       not null,
    after  text        not null,
    who    text        not null,
    at     timestamptz not null default now()
);

create index page_undo_at on page_undo (at);
