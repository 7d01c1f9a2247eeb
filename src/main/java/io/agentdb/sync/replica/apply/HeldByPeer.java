package io.agentdb.sync.replica.apply;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.replica.knowledge.Unapplied;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.Change;
import io.agentdb.sync.replica.store.RowsLocked;
import io.agentdb.sync.replica.store.StoredVersion;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Stamps;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a peer says that it holds: versions that were deleted here, and versions of ours. Rows that others have locked
 * are left out and hold up no other. Thread-safe; blocks on the database.
 */
public final class HeldByPeer {

    /** The peer takes who says nothing for dead. */
    private static final Duration LONGEST_SEARCH = Duration.ofSeconds(10);

    private final Transactions transactions;
    private final VersionStore versions;
    private final NodeKnowledge knowledge;
    private final Unapplied setAside;
    private final LockedRows rows;

    public HeldByPeer(Transactions transactions, VersionStore versions, KnowledgeStore knowledge,
            ConflictSink conflicts, Quarantine quarantine, LocalNode self) {
        this.transactions = transactions;
        this.versions = versions;
        this.setAside = Unapplied.of(conflicts, quarantine);
        this.knowledge = new NodeKnowledge(knowledge, setAside, self);
        this.rows = new LockedRows(transactions, versions);
    }

    /**
     * A peer says which versions it holds. Those that this node has known, and whose record is not here, were deleted,
     * and the tombstone is forgotten here: a new one tells the peer.
     *
     * @throws RowsLocked if somebody has locked a whole table
     */
    public Reconciled reconcile(Kind kind, List<Claim> claims, BatchOrigin source) {
        return reconcile(kind, source, claims.stream().map(claim -> new Revision(kind, claim.id(),
                new Version(claim.dot(), VersionVector.of(claim.dot()), 0), Content.of())).toList());
    }

    private Reconciled reconcile(Kind kind, BatchOrigin source, List<Revision> held) {
        try {
            return transactions.run(() -> bury(kind, held, source));
        } catch (RowsLocked writers) {
            Set<UUID> locked = rows.among(kind, held);
            // Those are here, a tombstone as well: none is dropped that the peer, which has begun to read, stands
            // below.
            return locked.isEmpty() ? besideOthers(kind, source, held, writers,
                    System.nanoTime() + LONGEST_SEARCH.toNanos())
                    : reconcile(kind, source, LockedRows.without(locked, held));
        }
    }

    /**
     * No row that can be seen is to blame: another session is just making a record whose tombstone was dropped. Halves
     * find it.
     */
    private Reconciled besideOthers(Kind kind, BatchOrigin source, List<Revision> held, RowsLocked writers,
            long until) {
        if (held.size() <= 1 || System.nanoTime() - until > 0) {
            return new Reconciled(0, Optional.of(writers));
        }
        int middle = held.size() / 2;
        return hastily(kind, source, held.subList(0, middle), writers, until)
                .and(hastily(kind, source, held.subList(middle, held.size()), writers, until));
    }

    private Reconciled hastily(Kind kind, BatchOrigin source, List<Revision> held, RowsLocked writers, long until) {
        try {
            return transactions.hastily(() -> bury(kind, held, source));
        } catch (RowsLocked again) {
            return besideOthers(kind, source, held, writers, until);
        }
    }

    private Reconciled bury(Kind kind, List<Revision> held, BatchOrigin source) {
        Forgotten forgotten = new Forgotten(kind, held, knowledge, setAside);
        Map<UUID, StoredVersion> here = versions.lock(kind, held.stream().map(Revision::id).toList());
        Stamps stamps = versions.stamps(kind, held.size());
        List<Change> graves = held.stream().filter(claim -> !here.containsKey(claim.id()) && forgotten.covers(claim))
                .map(claim -> new Change(Forgotten.grave(claim, stamps), null)).toList();
        versions.store(kind, graves, source);
        return new Reconciled(graves.size(), Optional.empty());
    }

    /**
     * The peer has these versions of ours, as far as they are still the ones that are here: the feed leaves them out
     * for it. Those that somebody else has locked it will be sent once more.
     */
    public void given(Kind kind, List<Revision> revisions, BatchOrigin peer) {
        try {
            transactions.run(() -> note(kind, revisions, peer));
        } catch (RowsLocked writers) {
            Set<UUID> locked = rows.among(kind, revisions);
            if (locked.isEmpty()) {
                throw writers;
            }
            transactions.run(() -> note(kind, LockedRows.without(locked, revisions), peer));
        }
    }

    private int note(Kind kind, List<Revision> revisions, BatchOrigin peer) {
        versions.given(kind, revisions.stream().collect(Collectors.toMap(
                Revision::id, revision -> revision.version().dot(), (a, b) -> b)), peer);
        return revisions.size();
    }
}
