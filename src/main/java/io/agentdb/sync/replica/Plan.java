package io.agentdb.sync.replica;

import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * What a batch of incoming versions means for the versions that are here. No SQL: a function from values to values.
 */
final class Plan {

    /**
     * A version to store.
     *
     * @param replaced what it replaces; null if there is nothing here
     */
    record Change(Revision revision, Head replaced) { }

    private final Map<UUID, Change> changes = new LinkedHashMap<>();
    private final Map<UUID, VersionVector> joins = new LinkedHashMap<>();
    private final List<Conflict> conflicts = new ArrayList<>();
    private final List<Revision> concurrent = new ArrayList<>();
    private int known;

    private Plan() {
    }

    /**
     * @param here the heads of the records that are here
     * @param local reads a whole version that is here; asked for conflicts only
     * @param policy resolves conflicts; null to keep the local versions and report them as concurrent
     */
    static Plan of(List<Revision> incoming, Map<UUID, Head> here, Function<UUID, Revision> local, ConflictPolicy policy) {
        Plan plan = new Plan();
        for (Revision revision : incoming) {
            plan.add(revision, here.get(revision.id()), local, policy);
        }
        return plan;
    }

    /** Versions to store, each record at most once. */
    List<Change> changes() {
        return List.copyOf(changes.values());
    }

    /** Contexts to widen without a new event: the row stays where it is in the feed. */
    Map<UUID, VersionVector> joins() {
        return joins;
    }

    List<Conflict> conflicts() {
        return conflicts;
    }

    List<Revision> concurrent() {
        return concurrent;
    }

    int known() {
        return known;
    }

    private void add(Revision incoming, Head here, Function<UUID, Revision> local, ConflictPolicy policy) {
        Change earlier = changes.get(incoming.id());
        Head base = earlier != null ? new Head(earlier.revision().version(), earlier.revision().deleted()) : here;
        if (base == null) {
            changes.put(incoming.id(), new Change(incoming, null));
            return;
        }
        switch (incoming.version().relationTo(base.version())) {
            case SAME -> {
                known++;
                widen(incoming.id(), base.version(), incoming.version().context());
            }
            case KNOWN -> known++;
            case NEWER -> store(incoming.with(incoming.version().joined(base.version().context())), here);
            case CONCURRENT -> conflict(incoming, earlier != null ? earlier.revision() : local.apply(incoming.id()), here, policy);
            default -> throw new IllegalStateException("unforeseen causality");
        }
    }

    private void conflict(Revision incoming, Revision local, Head here, ConflictPolicy policy) {
        if (policy == null) {
            concurrent.add(local);
            return;
        }
        Resolution resolution = policy.resolve(local, incoming);
        if (!resolution.outcome().equals(Resolution.EQUAL)) {
            conflicts.add(new Conflict(local, incoming, resolution));
        }
        Version winner = resolution.winner().version();
        if (winner.dot().sameWrite(local.version().dot())) {
            widen(incoming.id(), local.version(), winner.context());
        } else {
            store(resolution.winner(), here);
        }
    }

    private void store(Revision revision, Head replaced) {
        joins.remove(revision.id());
        changes.put(revision.id(), new Change(revision, replaced));
    }

    private void widen(UUID id, Version base, VersionVector context) {
        if (base.context().contains(context)) {
            return;
        }
        Change pending = changes.get(id);
        if (pending != null) {
            Revision revision = pending.revision();
            changes.put(id, new Change(revision.with(revision.version().joined(context)), pending.replaced()));
        } else {
            joins.merge(id, context, VersionVector::join);
        }
    }
}
