package io.agentdb.sync.replica.apply;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.Unsent;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.replica.knowledge.Unapplied;
import io.agentdb.sync.replica.knowledge.Unapplied.Waiting;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.Change;
import io.agentdb.sync.replica.store.RowsLocked;
import io.agentdb.sync.replica.store.StoredVersion;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.ConflictPolicy;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Resolver;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Stamps;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    private final NodeKnowledge knowledge;
    private final ConflictSink conflicts;
    private final Quarantine quarantine;
    private final Unapplied setAside;
    private final LocalNode self;
    private final Credibility credibility;
    private final Unsent unsent;

    public ChangeApplier(Transactions transactions, VersionStore versions, CursorStore cursors,
            KnowledgeStore knowledge, ConflictSink conflicts, Quarantine quarantine, Unsent unsent, LocalNode self,
                    Clock clock) {
        this.transactions = transactions;
        this.versions = versions;
        this.cursors = cursors;
        this.conflicts = conflicts;
        this.quarantine = quarantine;
        this.unsent = unsent;
        this.setAside = Unapplied.of(conflicts, quarantine);
        this.knowledge = new NodeKnowledge(knowledge, setAside, self);
        this.self = self;
        this.credibility = new Credibility(versions, clock);
    }

    /**
     * Applies versions of one kind and moves the cursor, in one transaction.
     *
     * @param policy resolves conflicts; null to keep this node's versions and answer with them
     * @param moved the cursor to store with the batch; null for none
     */
    public Applied apply(Kind kind, List<Revision> incoming, BatchOrigin source, @Nullable ConflictPolicy policy,
            CursorStore.@Nullable Move moved) {
        try {
            return transactions.run(() -> once(kind, incoming, source, policy, moved));
        } catch (Transactions.Unstorable refused) {
            return salvage(kind, source, policy).ofRefused(incoming, moved, refused);
        } catch (RowsLocked held) {
            return salvage(kind, source, policy).ofLocked(incoming, moved, held);
        }
    }

    private Salvage salvage(Kind kind, BatchOrigin source, @Nullable ConflictPolicy policy) {
        return new Salvage(this, transactions, cursors, quarantine, kind, source, policy);
    }

    /**
     * A peer says which versions it holds. Those that this node has known, and whose record is not here, were deleted,
     * and the tombstone is forgotten here: a new one tells the peer.
     *
     * @return how many were buried again
     */
    public int reconcile(Kind kind, List<Claim> claims, BatchOrigin source) {
        List<Revision> held = claims.stream().map(claim -> new Revision(kind, claim.id(),
                new Version(claim.dot(), VersionVector.of(claim.dot()), 0), Content.of())).toList();
        try {
            return transactions.run(() -> bury(kind, held, source));
        } catch (RowsLocked writers) {
            Set<UUID> locked = locked(kind, held);
            if (locked.isEmpty()) {
                throw writers;
            }
            // Those are here, a tombstone as well: none is dropped that the peer, which has begun to read, stands
            // below.
            return transactions.run(() -> bury(kind, without(locked, held), source));
        }
    }

    private int bury(Kind kind, List<Revision> held, BatchOrigin source) {
        Forgotten forgotten = new Forgotten(kind, held);
        Map<UUID, StoredVersion> here = versions.lock(kind, held.stream().map(Revision::id).toList());
        Stamps stamps = versions.stamps(kind, held.size());
        List<Change> graves = held.stream().filter(claim -> !here.containsKey(claim.id()) && forgotten.covers(claim))
                .map(claim -> new Change(grave(claim, stamps), null)).toList();
        versions.store(kind, graves, source);
        return graves.size();
    }

    /** This node's versions of these records, those that are here and can be sent. */
    public Collection<Revision> load(Kind kind, Collection<UUID> ids) {
        return versions.load(kind, ids).values().stream().filter(revision -> !unsent.leavesOut(revision)).toList();
    }

    /**
     * The peer has these versions of ours, as far as they are still the ones that are here: the feed leaves them out
     * for it. Those that somebody else has locked it will be sent once more.
     */
    public void given(Kind kind, List<Revision> revisions, BatchOrigin peer) {
        try {
            transactions.run(() -> note(kind, revisions, peer));
        } catch (RowsLocked writers) {
            Set<UUID> locked = locked(kind, revisions);
            if (locked.isEmpty()) {
                throw writers;
            }
            transactions.run(() -> note(kind, without(locked, revisions), peer));
        }
    }

    private int note(Kind kind, List<Revision> revisions, BatchOrigin peer) {
        Map<UUID, StoredVersion> here = versions.lock(kind, revisions.stream().map(Revision::id).toList());
        List<UUID> given = revisions.stream().filter(revision -> here.containsKey(revision.id())
                && here.get(revision.id()).version().dot().sameWrite(revision.version().dot())).map(Revision::id)
                .toList();
        versions.given(kind, given, peer);
        return given.size();
    }

    /** Those that another transaction has locked now. */
    Set<UUID> locked(Kind kind, List<Revision> revisions) {
        return transactions.run(() -> versions.locked(kind, revisions.stream().map(Revision::id).toList()));
    }

    static List<Revision> without(Set<UUID> ids, List<Revision> revisions) {
        return revisions.stream().filter(revision -> !ids.contains(revision.id())).toList();
    }

    /** As {@link #apply}, but in the caller's transaction, which ends in an error if the database refuses a record. */
    public Applied once(Kind kind, List<Revision> all, BatchOrigin source, @Nullable ConflictPolicy policy,
            CursorStore.@Nullable Move moved) {
        List<Revision> incoming = credible(all, source);
        Applied applied = new Applied(0, 0, all.size() - incoming.size(), List.of(), List.of());
        if (!incoming.isEmpty()) {
            // What is known is read before what is here: a record that another applier brings in between must not be
            // taken for deleted.
            Forgotten forgotten = new Forgotten(kind, incoming);
            Map<UUID, StoredVersion> here = versions.lock(kind, incoming.stream().map(Revision::id).toList());
            applied = applied.and(carryOut(kind, plan(kind, incoming, here, forgotten, policy), source, policy));
        }
        if (moved != null) {
            cursors.move(moved);
        }
        return applied;
    }

    private List<Revision> credible(List<Revision> incoming, BatchOrigin source) {
        List<Revision> credible = new ArrayList<>(incoming.size());
        for (Revision revision : incoming) {
            Optional<Credibility.Doubt> doubt = credibility.doubt(revision, self.actor());
            if (doubt.isPresent()) {
                quarantine.setAside(revision, source, doubt.get().code(), doubt.get().reason());
            } else {
                credible.add(revision);
            }
        }
        return credible;
    }

    private Plan plan(Kind kind, List<Revision> incoming, Map<UUID, StoredVersion> here, Forgotten forgotten,
            @Nullable ConflictPolicy policy) {
        Map<UUID, Revision> local = conflicting(kind, incoming, here);
        Stamps[] taken = new Stamps[1];
        Supplier<Stamps> stamps = () -> {
            if (taken[0] == null) {
                taken[0] = versions.stamps(kind, local.size());
            }
            return taken[0];
        };
        Plan plan = new Plan(here, local::get, forgotten::covers, policy == null ? null
                : new Resolver(policy, stamps, undecided(kind, local.keySet())),
                revision -> grave(revision, stamps.get()), unsent::leavesOut);
        incoming.forEach(plan::add);
        return plan;
    }

    private Predicate<Revision> undecided(Kind kind, Set<UUID> conflicting) {
        Set<Waiting> waiting = conflicting.isEmpty() ? Set.of() : conflicts.undecided(kind, conflicting);
        return remote -> waiting.contains(new Waiting(remote.id(), remote.version().dot().write()));
    }

    private Applied carryOut(Kind kind, Plan plan, BatchOrigin source, @Nullable ConflictPolicy policy) {
        Map<UUID, VersionVector> joins = new HashMap<>(plan.joins());
        List<Change> changes = new ArrayList<>(plan.changes());
        changes.addAll(redotted(kind, joins));
        versions.store(kind, changes, source);
        versions.join(kind, joins);
        if (policy != null && !plan.conflicts().isEmpty()) {
            conflicts.keep(source.nodeId(), policy.label(), plan.conflicts());
        }
        Map<UUID, VersionVector> contexts = new HashMap<>(joins);
        changes.stream().filter(change -> change.replaced() != null)
                .forEach(change -> contexts.put(change.revision().id(), change.revision().version().context()));
        if (!contexts.isEmpty()) {
            conflicts.close(kind, contexts);
        }
        plan.refused().forEach(refusal -> quarantine.setAside(
                refusal.revision(), source, refusal.code(), refusal.reason()));
        return new Applied(plan.taken(), plan.known(), plan.refused().size(), plan.conflicts(), plan.concurrent());
    }

    /**
     * Versions of ours that an open conflict, or one in quarantine, was about, and that have won by what came now.
     * Under their old dots they would lie where the peers' cursors have passed them, though the peers kept their own;
     * so they become new events, and are joins no more.
     */
    private List<Change> redotted(Kind kind, Map<UUID, VersionVector> joins) {
        Set<UUID> won = joins.isEmpty() ? Set.of() : setAside.waiting(kind, joins.keySet()).stream()
                .filter(waiting -> joins.getOrDefault(waiting.id(), VersionVector.EMPTY).contains(waiting.write()))
                .map(Waiting::id).collect(Collectors.toSet());
        if (won.isEmpty()) {
            return List.of();
        }
        Stamps stamps = versions.stamps(kind, won.size());
        List<Change> settled = versions.load(kind, won).values().stream().map(ours -> {
            VersionVector seen = ours.version().context().join(joins.getOrDefault(ours.id(), VersionVector.EMPTY));
            Version anew = stamps.next(seen, ours.version().hlc(), ours.version().choice());
            return new Change(new Revision(kind, ours.id(), anew, ours.content(), History.carriedOver(ours, false)),
                    new StoredVersion(ours.version(), ours.deleted()));
        }).toList();
        settled.forEach(change -> joins.remove(change.revision().id()));
        return settled;
    }

    private Map<UUID, Revision> conflicting(Kind kind, List<Revision> incoming, Map<UUID, StoredVersion> here) {
        List<UUID> ids = incoming.stream().filter(revision -> {
            StoredVersion head = here.get(revision.id());
            return head != null && concurrent(revision, head);
        }).map(Revision::id).toList();
        return ids.isEmpty() ? Map.of() : versions.load(kind, ids);
    }

    private static boolean concurrent(Revision revision, StoredVersion head) {
        VersionVector seen = revision.version().context();
        return !seen.contains(head.version().dot()) && !head.version().context().contains(revision.version().dot());
    }

    private static Revision grave(Revision held, Stamps stamps) {
        return new Revision(held.kind(), held.id(), stamps.next(held.version().context(), held.version().hlc(), false),
                null);
    }

    /**
     * Whether a version that is not here was here once: this node has everything of its actor up to there, so its
     * record was deleted and the tombstone dropped. Never without a tombstone that was dropped, and of its own writes
     * only below that: a database that went back in time lacks records too.
     */
    private final class Forgotten {

        private final long dropped;
        private final Knowledge held;
        private final Set<Waiting> waiting;

        Forgotten(Kind kind, List<Revision> incoming) {
            this.dropped = knowledge.forgotten(kind);
            this.held = dropped == 0 ? Knowledge.NONE : knowledge.held(kind, dropped);
            this.waiting = dropped == 0 ? Set.of()
                    : setAside.waiting(kind, incoming.stream().map(Revision::id).toList());
        }

        boolean covers(Revision revision) {
            Dot dot = revision.version().dot();
            return held.covers(dot) && !waiting.contains(new Waiting(revision.id(), dot.write()));
        }
    }
}
