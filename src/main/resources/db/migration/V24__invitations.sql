-- Two people pair two nodes by one text. Any process of the node may make it, and any may be the one at which the other node shows it.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- Of the secret in the text only its hash is here. A row stays for some days after its end, so that who comes too late hears why.
create table invitations (
    id           uuid        primary key,
    secret       bytea       not null unique,
    -- What this node will call the other one; null: as it calls itself.
    name         text,
    addresses    text[]      not null,
    made_at      timestamptz not null default now(),
    made_by      text        not null,
    expires_at   timestamptz not null,
    withdrawn_at timestamptz,
    used_at      timestamptz,
    -- The node that has used it, and the peer that it became.
    used_by      text,
    peer         text
);

-- What peers that came by an invitation show here, by the one node that may show it.
create table peer_tokens (
    node_id text        primary key,
    peer    text        not null,
    secret  bytea       not null,
    -- The token itself until the other node has answered: a second try has to show the same one. Null afterwards.
    pending text,
    -- When that ends, whatever the other node does: it has the token from before it answers, and may keep silent. Null afterwards.
    pending_until timestamptz,
    made_at timestamptz not null default now()
);

create index peer_tokens_peer on peer_tokens (peer);

-- Who of the two dials, where the other one cannot: 'WE' or 'THEY'; null if either may.
alter table peers add column dials text;
