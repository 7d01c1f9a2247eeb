-- A node's id is what a client says. The first credential under which one works keeps it: another client that says the same id moves none of
-- its cursors, and is told nothing meant for it.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

create table node_credentials (
    node_id    text        primary key,
    credential text        not null,
    first_at   timestamptz not null default now()
);

create index node_credentials_of on node_credentials (credential);
