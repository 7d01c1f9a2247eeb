-- Up to when, on this node's clock, everything that was written on either side is known to be on both; null when that is not known.
alter table sync_state add in_sync_as_of timestamptz;
-- The peer has set something of ours aside; it is sent no more, and only a comparison tells whether it was taken in since.
alter table sync_state add set_aside_there boolean not null default false;
