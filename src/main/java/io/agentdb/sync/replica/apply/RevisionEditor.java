package io.agentdb.sync.replica.apply;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.revision.Edit;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/** Writes what a person decides about a record, as a new version of this node's. Thread-safe; blocks on the database. */
public final class RevisionEditor {

    private final Transactions transactions;
    private final VersionStore versions;
    private final LocalNode self;

    public RevisionEditor(Transactions transactions, VersionStore versions, LocalNode self) {
        this.transactions = transactions;
        this.versions = versions;
        this.self = self;
    }

    /** The version that is here, without locking it; empty if there is not even a tombstone. */
    public Optional<Revision> find(Kind kind, UUID id) {
        return Optional.ofNullable(versions.load(kind, List.of(id)).get(id));
    }

    /**
     * Writes in one transaction, with the record locked first. Both functions may be called again, after a race with another writer.
     *
     * @param decide gets the version that is here, null if there is none; what it throws comes out, and nothing is written
     * @param written gets what was written, in the same transaction
     * @throws Transactions.Unstorable if the database refuses the content
     */
    public Revision write(Kind kind, UUID id, Function<Revision, Edit> decide, Consumer<Revision> written) {
        return transactions.run(() -> {
            StoredVersion head = versions.lock(kind, List.of(id)).get(id);
            Revision here = find(kind, id).orElse(null);
            if (head == null ? here != null : here == null || !here.version().dot().sameWrite(head.version().dot())) {
                throw new RowMoved("one of the " + kind + " appeared meanwhile");
            }
            Revision revision = revision(kind, id, here, decide.apply(here));
            versions.store(kind, List.of(new Change(revision, head)), new BatchOrigin(self.nodeId(), self.actor()));
            written.accept(revision);
            return revision;
        });
    }

    private Revision revision(Kind kind, UUID id, Revision here, Edit edit) {
        List<Revision> replaced = new ArrayList<>(edit.over());
        if (here != null) {
            replaced.add(here);
        }
        VersionVector seen = replaced.stream().map(one -> one.version().context()).reduce(VersionVector.EMPTY, VersionVector::join);
        long after = replaced.stream().mapToLong(one -> one.version().hlc()).max().orElse(0);
        // Only now that the record is locked: a dot taken before could be lower than the one that it replaces.
        Version version = versions.stamps(kind, 1).next(seen, after, edit.choice());
        return new Revision(kind, id, version, edit.content(), edit.history().apply(version.dot()));
    }
}
