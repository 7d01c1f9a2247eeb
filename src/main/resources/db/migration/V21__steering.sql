-- Whoever steers the syncs of a node asks any of its processes, and another one may make the run.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- Why a run is to end before it is done, in words for its report; its process looks now and then.
alter table sync_runs add column cancelled text;
