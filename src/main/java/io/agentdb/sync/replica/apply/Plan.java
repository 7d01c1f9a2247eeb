package io.agentdb.sync.replica.apply;

import io.agentdb.sync.replica.store.Change;
import io.agentdb.sync.replica.store.StoredVersion;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.Resolution;
import io.agentdb.sync.revision.Resolver;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Causality;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of incoming versions means for the versions that are here. No SQL: a function from values to values.
 */
public final class Plan {

    /** Of 10,000 that can be sent: a hundred more nodes may still write the record. */
    private static final int WIDEST_JOIN = 9_900;

    private final Map<UUID, StoredVersion> here;
    private final Function<UUID, Revision> local;
    private final Predicate<Revision> forgotten;
    private final Optional<Resolver> resolver;
    private final Function<Revision, Revision> buryAgain;
    private final Predicate<Revision> unsent;
    private final Map<UUID, Change> changes = new LinkedHashMap<>();
    private final Map<UUID, VersionVector> joins = new LinkedHashMap<>();
    private final List<Conflict> conflicts = new ArrayList<>();
    private final List<Revision> concurrent = new ArrayList<>();
    private final Set<UUID> taken = new HashSet<>();
    private final List<RefusedVersion> refused = new ArrayList<>();
    private int known;

    /** A version that cannot be taken in beside what is here. */
    record RefusedVersion(Revision revision, String code, String reason) { }

    /**
     * @param here the heads of the records that are here
     * @param local reads a whole version that is here; asked for conflicts only
     * @param forgotten whether a version that is not here is one that this node has known: then its record was deleted
     * @param resolver resolves conflicts; empty to keep the local versions and report them as concurrent
     * @param buryAgain makes a new tombstone over a version
     * @param unsent whether a version of ours cannot be sent
     */
    Plan(Map<UUID, StoredVersion> here, Function<UUID, Revision> local, Predicate<Revision> forgotten,
            Optional<Resolver> resolver, Function<Revision, Revision> buryAgain, Predicate<Revision> unsent) {
        this.here = here;
        this.local = local;
        this.forgotten = forgotten;
        this.resolver = resolver;
        this.buryAgain = buryAgain;
        this.unsent = unsent;
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

    /** How many records here become another than they were: what stays as it is under a new dot is no one's gift. */
    int taken() {
        return taken.size();
    }

    /** To be set aside. */
    List<RefusedVersion> refused() {
        return refused;
    }

    void add(Revision incoming) {
        try {
            decide(incoming);
        } catch (IllegalArgumentException | ArithmeticException flaw) {
            refused.add(new RefusedVersion(incoming, "unmergeable",
                    "it cannot be merged with the version that is here: " + flaw.getMessage()));
        }
    }

    private void decide(Revision incoming) {
        StoredVersion here = this.here.get(incoming.id());
        Change earlier = changes.get(incoming.id());
        StoredVersion base = earlier != null ? new StoredVersion(
                earlier.revision().version(), earlier.revision().deleted()) : here;
        if (base == null) {
            if (forgotten.test(incoming)) {
                known++;
                if (!incoming.deleted()) {
                    // Whoever still holds it has to hear of the deletion again.
                    store(buryAgain.apply(incoming), null);
                }
            } else {
                take(incoming, null);
            }
            return;
        }
        Causality relation = incoming.version().relationTo(base.version());
        if (relation != Causality.KNOWN && tooWide(incoming.version().context(), base.version().context())) {
            refused.add(new RefusedVersion(incoming, "context-too-wide",
                    "its context, joined with that of the version that is here, names more than " + WIDEST_JOIN
                            + " actors, and could soon be sent to nobody"));
            return;
        }
        switch (relation) {
            case SAME -> {
                known++;
                widen(incoming.id(), base.version(), incoming.version().context());
            }
            case KNOWN -> known++;
            case NEWER -> take(incoming.with(incoming.version().joined(base.version().context())), here);
            case CONCURRENT -> concurrent(incoming, earlier != null ? earlier.revision() : local.apply(incoming.id()),
                    here);
            default -> throw new IllegalStateException("unforeseen causality");
        }
    }

    private static boolean tooWide(VersionVector a, VersionVector b) {
        return a.counters().size() + b.counters().size() > WIDEST_JOIN && a.join(b).counters().size() > WIDEST_JOIN;
    }

    private void concurrent(Revision incoming, Revision mine, @Nullable StoredVersion here) {
        if (resolver.isEmpty() && unsent.test(mine)) {
            // Nobody else can resolve it: when this is tried again, this side does.
            refused.add(new RefusedVersion(incoming, "unsent-here",
                    "it is in conflict with this node's own version, which cannot be sent (GET /unsent)"));
        } else if (resolver.isEmpty()) {
            concurrent.add(mine);
        } else if (Resolver.equal(mine, incoming)) {
            become(Resolver.either(mine, incoming), mine, here);
        } else {
            Resolution resolution = resolver.get().resolve(mine, incoming);
            conflicts.add(new Conflict(mine, incoming, resolution));
            if (resolution.winner() != null) {
                become(resolution.winner(), mine, here);
            }
        }
    }

    private void become(Revision winner, Revision mine, @Nullable StoredVersion here) {
        if (winner.version().dot().sameWrite(mine.version().dot())) {
            widen(mine.id(), mine.version(), winner.version().context());
        } else if (Objects.equals(winner.content(), mine.content())) {
            store(winner, here);
        } else {
            take(winner, here);
        }
    }

    private void take(Revision revision, @Nullable StoredVersion replaced) {
        taken.add(revision.id());
        store(revision, replaced);
    }

    private void store(Revision revision, @Nullable StoredVersion replaced) {
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
