-- An agent's memory. No foreign keys between replicated tables: an edge may arrive before its skill.
-- The checks hold for every writer, so that no record is stored that could not be sent to a peer.

create domain finite as double precision check (value > '-Infinity' and value < 'Infinity');
-- Not 'infinity', and years that ISO 8601 writes with four digits.
create domain moment as timestamptz check (value >= '0001-01-01 00:00:00Z' and value < '10000-01-01 00:00:00Z');
create domain short_text as text check (length(value) between 1 and 512);

create table episodes (
    id          uuid        primary key default agentdb_uuid7(),
    ts          moment      not null default now(),
    session_id  short_text  not null,
    task        text        not null,
    input       text,
    output      text,
    critique    text,
    reward      finite,
    success     boolean,
    latency_ms  bigint check (latency_ms >= 0),
    tokens_used bigint check (tokens_used >= 0),
    tags        text[] check (array_position(tags, null) is null and coalesce(array_ndims(tags), 1) = 1),
    metadata    jsonb,
    created_at  moment      not null default now(),
    constraint episodes_size check (octet_length(task) + coalesce(octet_length(input), 0)
        + coalesce(octet_length(output), 0) + coalesce(octet_length(critique), 0)
        + coalesce(pg_column_size(tags), 0) + coalesce(octet_length(metadata::text), 0) <= 4194304)
);
create index episodes_session on episodes (session_id, id);
-- The order in which episodes are listed; without it, every page would sort them all.
create index episodes_ts on episodes (ts, id);
create index episodes_tags on episodes using gin (tags);

create table skills (
    id                   uuid        primary key,
    name                 short_text  not null,
    description          text,
    signature            jsonb,
    code                 text,
    success_rate         finite,
    uses                 bigint check (uses >= 0),
    avg_reward           finite,
    avg_latency_ms       finite,
    tags                 text[] check (array_position(tags, null) is null and coalesce(array_ndims(tags), 1) = 1),
    metadata             jsonb,
    created_from_episode uuid,
    created_at           moment      not null default now(),
    updated_at           moment      default now(),
    last_used_at         moment,
    constraint skills_size check (coalesce(octet_length(description), 0) + coalesce(octet_length(code), 0)
        + coalesce(octet_length(signature::text), 0) + coalesce(pg_column_size(tags), 0)
        + coalesce(octet_length(metadata::text), 0) <= 4194304)
);
-- Not unique: the id, made of the name, already is.
create index skills_name on skills (name);

create table edges (
    id               uuid        primary key,
    from_type        short_text  not null default 'skill',
    from_id          uuid        not null,
    relationship     short_text  not null,
    to_type          short_text  not null default 'skill',
    to_id            uuid        not null,
    weight           finite,
    co_occurrences   bigint check (co_occurrences >= 0),
    similarity       finite,
    uplift           finite,
    confidence       finite,
    sample_size      bigint check (sample_size >= 0),
    evidence_ids     jsonb,
    experiment_ids   jsonb,
    confounder_score finite,
    mechanism        text,
    metadata         jsonb,
    created_at       moment      not null default now(),
    updated_at       moment      default now(),
    constraint edges_size check (coalesce(octet_length(mechanism), 0) + coalesce(octet_length(evidence_ids::text), 0)
        + coalesce(octet_length(experiment_ids::text), 0) + coalesce(octet_length(metadata::text), 0) <= 4194304)
);
create index edges_from on edges (from_id);
create index edges_to on edges (to_id);

call agentdb_replicate('episodes');
call agentdb_replicate('skills');
call agentdb_replicate('edges');
