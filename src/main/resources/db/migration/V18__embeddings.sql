-- What records mean, as vectors, each of one model's making. They are derived, or came along with their record: no part of its version,
-- so that nothing is stamped and no trigger fires; in a table of their own, so that a record's own row stays small.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- A row whose digest is not that of the record's present text says nothing. written is the transaction that put it there, by which
-- each process follows what is new.
create table embeddings (
    kind       text   not null,
    id         uuid   not null,
    model      text   not null,
    digest     bytea  not null,
    dimensions int    not null,
    vector     bytea  not null,
    written    bigint not null default pg_current_xact_id()::text::bigint,
    primary key (kind, id, model),
    constraint embeddings_form check (octet_length(digest) = 32 and dimensions between 1 and 4096
        and octet_length(vector) = 4 * dimensions and char_length(model) between 1 and 80)
);

-- It is random to a compressor, which would be asked at each write all the same.
alter table embeddings alter column vector set storage external;

create index embeddings_written on embeddings (model, kind, written, id);

-- Up to where the feeds' embeddings are made by a model, and, on nodes without one, tidied up. held_until: one process works at a time.
create table embedding_places (
    kind       text        not null,
    model      text        not null,
    feed       text        not null,
    xid        bigint      not null,
    id         uuid        not null,
    holder     text,
    held_until timestamptz not null default '-infinity',
    primary key (kind, model)
);

insert into embedding_places (kind, model, feed, xid, id)
select kind, model, '', 0, '00000000-0000-0000-0000-000000000000'
from unnest(array ['episodes', 'skills']) as kind, unnest(array ['minilm', '']) as model;
