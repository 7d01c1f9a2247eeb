-- An agent's change to a row of its own file is made to the record here before the file notes that it is done. Killed in between, the node
-- meets it again, and would count what the agent has counted a second time.

-- Other processes serve this database meanwhile: see V11.
set local lock_timeout = '2s';

-- The last change of each row that was made here; file is the attachment's id, which stands in the file.
create table attached_changes (
    file  uuid not null,
    kind  text not null,
    id    uuid not null,
    print text not null,
    primary key (file, kind, id)
);
