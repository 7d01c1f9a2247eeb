-- What peers say of others, and of themselves: what of it may be forgotten, and how far it counts.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- Whether a tombstone that was dropped here named the actor. Then a record of that actor that is known and not here was deleted; forgotten,
-- it would be new, and come back.
alter table knowledge add buried boolean not null default false;

-- Whom the tombstones named that were dropped until now, nobody has put down.
update knowledge set buried = true where kind in (select kind from forgotten);

-- How far a push goes on is a cursor of its own now, which moves by what is acknowledged of pushes alone.
insert into cursors (peer_node, kind, direction, scope, feed, reader, xid, id, moved_at)
select peer_node, kind, direction, 'sent', feed, reader, xid, id, moved_at
from cursors
where direction = 'push' and scope = '';
