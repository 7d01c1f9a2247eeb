-- Whoever steers the syncs of a node asks any of its processes, and another one may make the run.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- Why a run is to end before it is done, in words for its report; its process looks now and then.
alter table sync_runs add column cancelled text;

-- Peers that are left alone for a while: one, or all. Apart, so that whoever resumes all leaves single pauses as they are.
create table peer_pauses (
    everybody boolean     not null,
    -- Empty where it is all.
    peer      text        not null,
    since     timestamptz not null default now(),
    -- Null until a person ends it.
    until     timestamptz,
    who       text        not null,
    primary key (everybody, peer)
);
