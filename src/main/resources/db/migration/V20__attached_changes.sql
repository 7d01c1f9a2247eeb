-- An agent's change to a row of its own file is made to the record here before the file notes that it is done. Killed in between, the node
-- meets it again, and would count what the agent has counted a second time.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- What was taken in last of each row that agents have changed. file is the attachment's id, which stands in the file; agreed names the
-- entry of the file's map from which that change led. As long as the map has that entry, the next change is counted from print.
create table attached_changes (
    file   uuid not null,
    kind   text not null,
    id     uuid not null,
    agreed bigint not null,
    print  bytea not null,
    primary key (file, kind, id)
);
