-- Each process of a node has connections and limits of its own. Whoever asks one of them is told of all, and reaches all.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- What each process has told last. Written only while there are several and something changes; what a dead one has left is not read.
create table process_clients (
    process     uuid        primary key,
    connections jsonb       not null,
    usage       jsonb       not null,
    told_at     timestamptz not null default now()
);

-- Connections that are to be closed by the process that has them; it looks every few seconds.
create table connection_closings (
    connection text        primary key,
    process    uuid        not null,
    asked_at   timestamptz not null default now()
);
