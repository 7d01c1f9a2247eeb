-- Up to when, on this node's clock, everything that was written on either side is known to be on both; null when that is not known.
alter table sync_state add in_sync_as_of timestamptz;
