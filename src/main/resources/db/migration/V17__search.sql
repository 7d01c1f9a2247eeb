-- Records are found by their words. These stand in a table of their own, which a node fills from its feed, behind the writers: an index on the
-- kinds' own tables would be paid for by each write, and made the COPY of a first copy ten times as long.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- What a record's version at that place of the feed says; a row whose record has moved on, or is gone, counts for nothing.
create table search_words (
    kind     text     not null,
    id       uuid     not null,
    feed_xid bigint   not null,
    words    tsvector not null,
    primary key (kind, id)
);

-- What is noted down waits in a list that each search goes through: a short one, and the lookups of many words are still made at once.
create index search_words_found on search_words using gin (words) with (gin_pending_list_limit = 512);

-- The newest come first, of what so many have that not all can be ranked.
create index search_words_newest on search_words (kind, feed_xid, id);

-- Up to where the words of each kind are noted down, and in which feed: in another one's place, all is noted down anew. Nothing is before
-- somebody has searched: the words take longer to write than the records.
create table search_places (
    kind   text    primary key,
    feed   text    not null,
    xid    bigint  not null,
    id     uuid    not null,
    wanted boolean not null default false
);

insert into search_places (kind, feed, xid, id)
values ('episodes', '', 0, '00000000-0000-0000-0000-000000000000'), ('skills', '', 0, '00000000-0000-0000-0000-000000000000');
