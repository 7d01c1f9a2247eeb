package io.agentdb.sync.replica.apply;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.RowsLocked;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.revision.ConflictPolicy;
import io.agentdb.sync.revision.Revision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A batch of which some record can't be applied: it is found and set aside, and the others land. One batch; one thread;
 * blocks on the database.
 */
final class Salvage {

    private static final Duration LONGEST_SEARCH = Duration.ofSeconds(10);

    private final ChangeApplier applier;
    private final BatchTransaction batch;
    private final Transactions transactions;
    private final LockedRows rows;
    private final CursorStore cursors;
    private final Quarantine quarantine;
    private final Kind kind;
    private final BatchOrigin source;
    private final Optional<ConflictPolicy> policy;

    Salvage(ChangeApplier applier, BatchTransaction batch, Transactions transactions, LockedRows rows,
            CursorStore cursors, Quarantine quarantine, Kind kind, BatchOrigin source,
            Optional<ConflictPolicy> policy) {
        this.applier = applier;
        this.batch = batch;
        this.transactions = transactions;
        this.rows = rows;
        this.cursors = cursors;
        this.quarantine = quarantine;
        this.kind = kind;
        this.source = source;
        this.policy = policy;
    }

    /** The database refuses some record of the batch: halves find it in logarithmic time. */
    Applied ofRefused(List<Revision> incoming, Optional<CursorStore.Move> moved, Transactions.Unstorable refused) {
        if (incoming.size() == 1) {
            return setAside(incoming, moved, refused.code(), refused.getMessage());
        }
        int middle = incoming.size() / 2;
        Applied first = applier.apply(kind, incoming.subList(0, middle), source, policy, Optional.empty());
        return first.and(applier.apply(kind, incoming.subList(middle, incoming.size()), source, policy, moved));
    }

    /** What others have locked waits in quarantine and is tried again soon. A table that is locked fails the batch. */
    Applied ofLocked(List<Revision> incoming, Optional<CursorStore.Move> moved, RowsLocked held) {
        Set<UUID> locked = rows.among(kind, incoming);
        if (locked.isEmpty()) {
            return besideOthers(incoming, moved, held, System.nanoTime() + LONGEST_SEARCH.toNanos());
        }
        Applied waiting = setAside(incoming.stream().filter(revision -> locked.contains(revision.id())).toList(),
                Optional.empty(), Quarantine.LOCKED, held.getMessage());
        return waiting.and(applier.apply(kind, LockedRows.without(locked, incoming), source, policy, moved));
    }

    /**
     * No row that can be seen is to blame: another session is just making a record of the same id, or of the same value
     * in a unique index of somebody's own. Halves find it. Those that are not told apart in time wait together: the
     * peer takes who says nothing for dead.
     */
    private Applied besideOthers(List<Revision> incoming, Optional<CursorStore.Move> moved, RowsLocked held,
            long until) {
        if (incoming.size() <= 1 || System.nanoTime() - until > 0) {
            return setAside(incoming, moved, Quarantine.LOCKED, held.getMessage());
        }
        int middle = incoming.size() / 2;
        Applied first = hastily(incoming.subList(0, middle), Optional.empty(), held, until);
        return first.and(hastily(incoming.subList(middle, incoming.size()), moved, held, until));
    }

    private Applied hastily(List<Revision> incoming, Optional<CursorStore.Move> moved, RowsLocked held, long until) {
        try {
            return transactions.hastily(() -> batch.apply(kind, incoming, source, policy, moved));
        } catch (Transactions.Unstorable refused) {
            return ofRefused(incoming, moved, refused);
        } catch (RowsLocked again) {
            return besideOthers(incoming, moved, held, until);
        }
    }

    private Applied setAside(List<Revision> revisions, Optional<CursorStore.Move> moved, String code, String reason) {
        return transactions.run(() -> {
            revisions.forEach(revision -> quarantine.setAside(revision, source, code, reason));
            moved.ifPresent(cursors::move);
            return new Applied(0, 0, revisions.size(), List.of(), List.of());
        });
    }
}
