package io.agentdb.sync.review.quarantine;

import io.agentdb.sync.replica.RevisionJson;
import io.agentdb.sync.replica.apply.Applied;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.apply.Quarantine;
import io.agentdb.sync.replica.store.RowsLocked;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.review.quarantine.QuarantineTable.Candidate;
import io.agentdb.sync.review.quarantine.QuarantineTable.Locked;
import io.agentdb.sync.review.quarantine.Quarantined.QuarantineKey;
import io.agentdb.sync.revision.ConflictPolicy;
import io.agentdb.sync.revision.Revision;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Applies again what was set aside, by the usual rules and without a cursor: the stream passed it long ago. What
 * succeeds leaves the quarantine in the same transaction. Thread-safe, also across processes on one database; blocks on
 * it.
 */
public final class QuarantineReplay {

    public enum ReplayResult { APPLIED, KNOWN, REFUSED }

    /**
     * What became of a record.
     *
     * @param code why it was refused again, as in {@link Quarantine#setAside}; null if it was not
     * @param reason the same for people, or where the record is now if that is not plain; null if there is nothing to
     *     say
     */
    public record Replayed(ReplayResult outcome, @Nullable String code, @Nullable String reason) { }

    private final Transactions transactions;
    private final ChangeApplier applier;
    private final QuarantineTable table;
    private final UnaryOperator<Revision> readAgain;

    /** @param readAgain gives the version itself, if this release can read what an earlier one could not */
    public QuarantineReplay(Transactions transactions, ChangeApplier applier, QuarantineTable table,
            UnaryOperator<Revision> readAgain) {
        this.transactions = transactions;
        this.applier = applier;
        this.table = table;
        this.readAgain = readAgain;
    }

    /**
     * Idempotent: what an earlier replay has brought in is known.
     *
     * @param policy resolves a conflict that the record may be in by now
     * @return empty if no such record is in quarantine, and its version is not known here either
     */
    public Optional<Replayed> replay(QuarantineKey key, ConflictPolicy policy) {
        return replay(key, () -> table.lock(key), policy).or(() -> applier.load(key.kind(), List.of(key.id())).stream()
                .filter(here -> here.version().context().contains(key.write()))
                .map(here -> new Replayed(ReplayResult.KNOWN, null, null)).findFirst());
    }

    /** As {@link #replay}, unless somebody else tries it now or has tried it since it was chosen: then empty. */
    public Optional<Replayed> replay(Candidate candidate, ConflictPolicy policy) {
        return replay(candidate.key(), () -> table.tryLock(candidate), policy);
    }

    private Optional<Replayed> replay(QuarantineKey key, Supplier<Optional<Locked>> lock, ConflictPolicy policy) {
        try {
            return transactions.run(() -> lock.get().map(locked -> apply(key, locked, policy)));
        } catch (RowsLocked held) {
            return Optional.of(transactions.run(() -> {
                table.failed(key, Quarantine.LOCKED, held.getMessage());
                return new Replayed(ReplayResult.REFUSED, Quarantine.LOCKED, held.getMessage());
            }));
        } catch (Transactions.Unstorable refused) {
            return Optional.of(transactions.run(() -> {
                table.failed(key, refused.code(), refused.getMessage());
                return new Replayed(ReplayResult.REFUSED, refused.code(), refused.getMessage());
            }));
        }
    }

    private Replayed apply(QuarantineKey key, Locked locked, ConflictPolicy policy) {
        Revision revision;
        try {
            revision = readAgain.apply(RevisionJson.parse(key.kind(), locked.revision()));
        } catch (IllegalArgumentException unreadable) {
            String flaw = Objects.requireNonNullElse(unreadable.getMessage(), "it cannot be read");
            table.failed(key, Quarantine.UNREADABLE, flaw);
            return new Replayed(ReplayResult.REFUSED, Quarantine.UNREADABLE, flaw);
        }
        // The row stays until the record is in: it says that the version is not here because it waits, and not because
        // it was deleted.
        Applied applied = applier.once(key.kind(), List.of(revision), locked.source(), policy);
        if (applied.quarantined() > 0) {
            Quarantined still = table.find(key).orElseThrow();
            return new Replayed(ReplayResult.REFUSED, still.code(), still.reason());
        }
        table.remove(key);
        if (!applied.open().isEmpty()) {
            return new Replayed(ReplayResult.APPLIED, null,
                    "it is in conflict with this node's version, which waits for a person");
        }
        return new Replayed(applied.applied() > 0 || !applied.conflicts().isEmpty() ? ReplayResult.APPLIED
                : ReplayResult.KNOWN, null, null);
    }
}
