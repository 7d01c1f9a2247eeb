-- How a peer has failed, and when automatic sync tries it again: kept here, so that a restart or another process does not begin anew.
alter table sync_state
    add last_failure       text,
    add failures_in_a_row  integer not null default 0,
    add next_attempt_at    timestamptz;
