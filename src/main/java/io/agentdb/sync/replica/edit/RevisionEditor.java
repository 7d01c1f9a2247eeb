package io.agentdb.sync.replica.edit;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.Change;
import io.agentdb.sync.replica.store.RowMoved;
import io.agentdb.sync.replica.store.StoredVersion;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.Edit;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a person decides about a record, as a new version of this node's. Thread-safe; blocks on the database.
 */
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
     * Does a person's work on one record, which nobody else writes meanwhile, in one transaction. The work may be done
     * again, after a race with another writer; what it throws comes out, and nothing is written.
     *
     * @throws Transactions.Unstorable if the database refuses the content
     */
    public <T> T locking(Kind kind, UUID id, Function<LockedRecord, T> work) {
        return transactions.run(() -> {
            StoredVersion head = versions.lock(kind, List.of(id)).get(id);
            Revision here = find(kind, id).orElse(null);
            if (head == null ? here != null : here == null || !here.version().dot().sameWrite(head.version().dot())) {
                throw new RowMoved("one of the " + kind + " appeared meanwhile");
            }
            return work.apply(new LockedRecord(kind, id, head, here));
        });
    }

    /** A record that is locked until the transaction ends. */
    public final class LockedRecord {

        private final Kind kind;
        private final UUID id;
        private final @Nullable StoredVersion head;
        private final @Nullable Revision here;

        private LockedRecord(Kind kind, UUID id, @Nullable StoredVersion head, @Nullable Revision here) {
            this.kind = kind;
            this.id = id;
            this.head = head;
            this.here = here;
        }

        /** The version that is here; empty if there is not even a tombstone. */
        public Optional<Revision> here() {
            return Optional.ofNullable(here);
        }

        /** Writes a new version of this node's, once. */
        public Revision write(Edit edit) {
            Revision revision = revision(kind, id, here, edit);
            versions.store(kind, List.of(new Change(revision, head)), new BatchOrigin(self.nodeId(), self.actor()));
            return revision;
        }
    }

    private Revision revision(Kind kind, UUID id, @Nullable Revision here, Edit edit) {
        List<Revision> replaced = new ArrayList<>(edit.over());
        if (here != null) {
            replaced.add(here);
        }
        VersionVector seen = replaced.stream().map(one -> one.version().context())
                .reduce(VersionVector.EMPTY, VersionVector::join);
        long after = replaced.stream().mapToLong(one -> one.version().hlc()).max().orElse(0);
        // Only now that the record is locked: a dot taken before could be lower than the one that it replaces.
        Version version = versions.stamps(kind, 1).next(seen, after, edit.choice());
        return new Revision(kind, id, version, edit.content(), edit.history().apply(version.dot()));
    }
}
