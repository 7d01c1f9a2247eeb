-- Peers, how far each side has read the other, and what came of it.

create table peers (
    name              text primary key check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    address           text        not null,
    auth_token        text,
    fingerprint       text,
    kinds             text[],
    filters           jsonb,
    conflict_strategy text,
    created_at        timestamptz not null default now()
);

-- The seed's table, one row per peer.
create table sync_state (
    peer               text primary key,
    node_id            text,
    last_sync_at       timestamptz,
    last_episode_sync  timestamptz,
    last_skill_sync    timestamptz,
    last_edge_sync     timestamptz,
    total_items_synced bigint not null default 0,
    total_bytes_synced bigint not null default 0,
    sync_count         bigint not null default 0,
    last_error         text,
    last_error_at      timestamptz
);

-- pull: how far we have read the peer's feed. push: how far the peer has acknowledged ours; void once the peer is another incarnation.
create table cursors (
    peer_node text        not null,
    kind      text        not null,
    direction text        not null check (direction in ('pull', 'push')),
    scope     text        not null default '',
    feed      text        not null,
    reader    text        not null,
    xid       bigint      not null,
    id        uuid        not null,
    moved_at  timestamptz not null default now(),
    primary key (peer_node, kind, direction, scope)
);

-- Records that could not be applied: set aside, so that they do not block what follows.
create table quarantine (
    kind       text        not null,
    id         uuid        not null,
    actor      text        not null,
    counter    bigint      not null,
    peer_node  text        not null,
    reason     text        not null,
    -- json, not jsonb: it may hold just what jsonb refuses (a NUL character), which is why it is here.
    revision   json        not null,
    first_at   timestamptz not null default now(),
    last_at    timestamptz not null default now(),
    attempts   integer     not null default 1,
    primary key (kind, id, actor, counter)
);

-- Both versions of every record that two sides changed without knowing of each other.
create table conflicts (
    id          bigint generated always as identity primary key,
    kind        text        not null,
    record_id   uuid        not null,
    peer_node   text        not null,
    strategy    text        not null,
    outcome     text        not null,
    local       jsonb       not null,
    remote      jsonb       not null,
    detected_at timestamptz not null default now()
);
create index conflicts_record on conflicts (kind, record_id);
