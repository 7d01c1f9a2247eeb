-- A person can take back what was decided about many conflicts at once, which the log alone did not allow: a decision takes the place of
-- what the conflict was before.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- What a conflict was before it was decided together with others: its outcome, result and end. A row at most per conflict of the log, which
-- goes with it. undone_at: it was taken back, and is there for who asks twice.
create table decided_together (
    conflict_id bigint primary key references conflicts on delete cascade,
    batch       uuid   not null,
    outcome     text   not null,
    result      jsonb,
    resolved_at timestamptz,
    undone_at   timestamptz
);

create index decided_together_batch on decided_together (batch);
