package io.agentdb.sync.replica.apply;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.Unsent;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.replica.knowledge.Unapplied;
import io.agentdb.sync.replica.knowledge.Unapplied.Waiting;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.Change;
import io.agentdb.sync.replica.store.StoredVersion;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.ConflictPolicy;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Resolver;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Stamps;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What applying a batch is in one transaction, the caller's: what is here is locked, {@link Plan} decides, and what it
 * decides is stored together with the cursor. Thread-safe.
 */
final class BatchTransaction {

    private final VersionStore versions;
    private final CursorStore cursors;
    private final NodeKnowledge knowledge;
    private final ConflictSink conflicts;
    private final Quarantine quarantine;
    private final Unapplied setAside;
    private final Unsent unsent;
    private final LocalNode self;
    private final Credibility credibility;

    BatchTransaction(VersionStore versions, CursorStore cursors, KnowledgeStore knowledge, ConflictSink conflicts,
            Quarantine quarantine, Unsent unsent, LocalNode self, Clock clock) {
        this.versions = versions;
        this.cursors = cursors;
        this.conflicts = conflicts;
        this.quarantine = quarantine;
        this.setAside = Unapplied.of(conflicts, quarantine);
        this.knowledge = new NodeKnowledge(knowledge, setAside, self);
        this.unsent = unsent;
        this.self = self;
        this.credibility = new Credibility(versions, clock);
    }

    /**
     * Ends in an error where the database refuses a record or others have locked it; then nothing is to be kept.
     *
     * @param policy resolves conflicts; empty to keep this node's versions and answer with them
     * @param moved the cursor to store with the batch
     */
    Applied apply(Kind kind, List<Revision> all, BatchOrigin source, Optional<ConflictPolicy> policy,
            Optional<CursorStore.Move> moved) {
        List<Revision> incoming = credible(all, source);
        Applied applied = new Applied(0, 0, all.size() - incoming.size(), List.of(), List.of());
        if (!incoming.isEmpty()) {
            Forgotten forgotten = new Forgotten(kind, incoming, knowledge, setAside);
            Map<UUID, StoredVersion> here = versions.lock(kind, incoming.stream().map(Revision::id).toList());
            applied = applied.and(carryOut(kind, plan(kind, incoming, here, forgotten, policy), source, policy));
        }
        moved.ifPresent(cursors::move);
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
            Optional<ConflictPolicy> policy) {
        Map<UUID, Revision> local = conflicting(kind, incoming, here);
        Stamps[] taken = new Stamps[1];
        Supplier<Stamps> stamps = () -> {
            if (taken[0] == null) {
                taken[0] = versions.stamps(kind, local.size());
            }
            return taken[0];
        };
        Plan plan = new Plan(here, local::get, forgotten::covers, policy.map(decides ->
                new Resolver(decides, stamps, undecided(kind, local.keySet()))),
                revision -> Forgotten.grave(revision, stamps.get()), unsent::leavesOut);
        incoming.forEach(plan::add);
        return plan;
    }

    private Predicate<Revision> undecided(Kind kind, Set<UUID> conflicting) {
        Set<Waiting> waiting = conflicting.isEmpty() ? Set.of() : conflicts.undecided(kind, conflicting);
        return remote -> waiting.contains(new Waiting(remote.id(), remote.version().dot().write()));
    }

    private Applied carryOut(Kind kind, Plan plan, BatchOrigin source, Optional<ConflictPolicy> policy) {
        Map<UUID, VersionVector> joins = new HashMap<>(plan.joins());
        List<Change> changes = new ArrayList<>(plan.changes());
        changes.addAll(redotted(kind, joins));
        versions.store(kind, changes, source);
        versions.join(kind, joins);
        if (policy.isPresent() && !plan.conflicts().isEmpty()) {
            conflicts.keep(source.nodeId(), policy.get().label(), plan.conflicts());
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
}
