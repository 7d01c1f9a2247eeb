package io.agentdb.sync.replica.apply;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.Unsent;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.RowsLocked;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.ConflictPolicy;
import io.agentdb.sync.revision.Revision;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Applies batches of versions from peers.
 *
 * <p>A batch and the cursor behind it are one transaction, so that after a crash anywhere the stream resumes exactly
 * where the database stands. Idempotent: what is known is skipped. A record that the database refuses is set aside, and
 * never blocks what follows it. Thread-safe; blocks on the database.
 */
public final class ChangeApplier {

    private final Transactions transactions;
    private final VersionStore versions;
    private final CursorStore cursors;
    private final Quarantine quarantine;
    private final Unsent unsent;
    private final BatchTransaction batch;

    public ChangeApplier(Transactions transactions, VersionStore versions, CursorStore cursors,
            KnowledgeStore knowledge, ConflictSink conflicts, Quarantine quarantine, Unsent unsent, LocalNode self,
            Clock clock) {
        this.transactions = transactions;
        this.versions = versions;
        this.cursors = cursors;
        this.quarantine = quarantine;
        this.unsent = unsent;
        this.batch = new BatchTransaction(versions, cursors, knowledge, conflicts, quarantine, unsent, self, clock);
    }

    /** Applies versions of one kind that come without a cursor. */
    public Applied apply(Kind kind, List<Revision> incoming, BatchOrigin source, ConflictPolicy policy) {
        return apply(kind, incoming, source, policy, Optional.empty());
    }

    /**
     * Applies versions of one kind and moves the cursor, in one transaction.
     *
     * @param policy resolves conflicts
     * @param moved the cursor to store with the batch
     */
    public Applied apply(Kind kind, List<Revision> incoming, BatchOrigin source, ConflictPolicy policy,
            Optional<CursorStore.Move> moved) {
        return apply(kind, incoming, source, Optional.of(policy), moved);
    }

    /**
     * Applies versions of one kind, but leaves conflicts to the peer: of two concurrent versions this node keeps its
     * own, and tells it in {@link Applied#concurrent}.
     */
    public Applied applyUnresolved(Kind kind, List<Revision> incoming, BatchOrigin source) {
        return apply(kind, incoming, source, Optional.empty(), Optional.empty());
    }

    Applied apply(Kind kind, List<Revision> incoming, BatchOrigin source, Optional<ConflictPolicy> policy,
            Optional<CursorStore.Move> moved) {
        try {
            return transactions.run(() -> batch.apply(kind, incoming, source, policy, moved));
        } catch (Transactions.Unstorable refused) {
            return salvage(kind, source, policy).ofRefused(incoming, moved, refused);
        } catch (RowsLocked held) {
            return salvage(kind, source, policy).ofLocked(incoming, moved, held);
        }
    }

    private Salvage salvage(Kind kind, BatchOrigin source, Optional<ConflictPolicy> policy) {
        return new Salvage(this, batch, transactions, new LockedRows(transactions, versions), cursors, quarantine, kind,
                source, policy);
    }

    /** As {@link #apply}, but in the caller's transaction, which ends in an error if the database refuses a record. */
    public Applied once(Kind kind, List<Revision> incoming, BatchOrigin source, ConflictPolicy policy) {
        return batch.apply(kind, incoming, source, Optional.of(policy), Optional.empty());
    }

    /** This node's versions of these records, those that are here and can be sent. */
    public Collection<Revision> load(Kind kind, Collection<UUID> ids) {
        return sendable(versions.load(kind, ids).values());
    }

    /** Those of this node's versions that can be sent. */
    public List<Revision> sendable(Collection<Revision> ours) {
        return ours.stream().filter(revision -> !unsent.leavesOut(revision)).toList();
    }
}
