-- Clients that are not let in: names of tokens or certificates, or addresses. Every process on this database reads it now and then.
create table blocked (
    client     text        primary key,
    reason     text,
    blocked_at timestamptz not null default now()
);
