-- Several processes of one node on one database: what runs once, who makes which run, and what they all obey.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- ShedLock's table: who may do scheduled work until when. Its times are UTC, of the database's clock.
create table shedlock (
    name       varchar(64) primary key,
    lock_until timestamp   not null,
    locked_at  timestamp   not null,
    locked_by  text        not null
);

-- Automatic sync, as somebody has switched it; no row while it is as configured.
create table auto_sync (
    one         boolean primary key default true check (one),
    enabled     boolean     not null,
    switched_at timestamptz not null default now()
);

-- Runs outlive their process. The owner holds an advisory lock for as long as it lives: one that is free means that its runs are orphans.
create table sync_runs (
    id          uuid primary key,
    peer        text        not null,
    options     jsonb       not null,
    automatic   boolean     not null,
    state       text        not null check (state in ('RUNNING', 'SUCCEEDED', 'FAILED')),
    owner       uuid        not null,
    -- How often it was begun. A run that takes its process with it must not go round for ever.
    attempts    integer     not null,
    started_at  timestamptz not null,
    finished_at timestamptz,
    progress    jsonb       not null,
    report      jsonb
);
create index sync_runs_started on sync_runs (started_at);
create index sync_runs_running on sync_runs (owner) where state = 'RUNNING';
