package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.replica.store.RowsLocked;
import io.agentdb.sync.revision.Edit;
import io.agentdb.sync.revision.Revision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.TransactionException;

/**
 * One decision about many conflicts, which one word takes back. Each conflict is decided by itself: one that cannot be
 * is left and named, and the others go on. Thread-safe; blocks on the database.
 */
@Service
public class ConflictBatches {

    private static final Logger log = LoggerFactory.getLogger(ConflictBatches.class);

    private record Chosen(List<Long> ids, boolean more) { }

    private final ConflictArchive archive;
    private final ConflictResolution resolution;
    private final DecidedTogether together;

    ConflictBatches(ConflictArchive archive, ConflictResolution resolution, DecidedTogether together) {
        this.archive = archive;
        this.resolution = resolution;
        this.together = together;
    }

    /** What {@link #decide} would do. Writes nothing. */
    public BatchResult preview(BatchRequest asked) {
        return each(asked, null, (id, pick) -> {
            LoggedConflict would = resolution.preview(id, pick);
            return BatchItem.previewed(would, Objects.requireNonNull(would.result(), "a decision has a result"));
        });
    }

    /** @param by the person's name, if what is asked gives none */
    public BatchResult decide(BatchRequest asked, String by) {
        UUID batch = UUID.randomUUID();
        return each(asked.by() == null ? new BatchRequest(asked.ids(), asked.filter(), asked.pick(), false, by) : asked,
                batch, (id, pick) -> {
                    LoggedConflict now = resolution.resolve(id, pick,
                            (before, here) -> together.note(batch, before, here));
                    return BatchItem.written(now, Objects.requireNonNull(now.result(), "a decision has a result"));
                });
    }

    /**
     * Decides one, which can be taken back as many can.
     *
     * @throws ConflictRefused if it cannot be resolved so
     * @throws InvalidInput if the edited record is not valid
     */
    public LoggedConflict decide(long id, ResolutionRequest pick) {
        UUID batch = UUID.randomUUID();
        return resolution.resolve(id, conflict -> pick, (before, here) -> together.note(batch, before, here));
    }

    /** By which id the decision of a conflict can be taken back; empty if it cannot be. */
    public Optional<UUID> batch(long conflict) {
        return together.batch(conflict);
    }

    /**
     * Puts the records back to what they were before, as new versions, and the conflicts too: they can be decided anew.
     * Records that have changed since are left.
     *
     * @return empty if the log knows nothing of it any more
     * @throws ConflictRefused if all of it was taken back already
     */
    public Optional<BatchResult> undo(UUID batch) {
        List<Long> ids = together.conflicts(batch);
        if (ids.isEmpty()) {
            return Optional.empty();
        }
        if (together.isUndone(batch)) {
            throw ConflictRefused.undone("what was decided as " + batch);
        }
        List<BatchItem> items = new ArrayList<>();
        for (long id : ids) {
            items.add(item(id, !items.isEmpty(), one -> undo(batch, one)));
        }
        return Optional.of(BatchResult.of(batch, false, false, items));
    }

    private BatchItem undo(UUID batch, long id) {
        return resolution.locking(id, record -> {
            LoggedConflict conflict = archive.lock(id).orElseThrow(() -> ConflictRefused.unknown(id));
            DecidedTogether.Before before = together.lock(batch, id).filter(one -> !one.undone())
                    .orElseThrow(() -> ConflictRefused.undone("conflict " + id));
            String present = ConflictResolution.name(record.here());
            if (conflict.result() == null || !ConflictResolution.name(conflict.result()).equals(present)) {
                throw ConflictRefused.changed(conflict, present);
            }
            Revision written = record.write(Edit.pick(before.left(conflict),
                    Stream.of(conflict.local(), conflict.remote()).toList()));
            archive.reopen(id, before.outcome(), before.resolvedAt(), written);
            together.undone(id);
            return BatchItem.written(conflict, written);
        });
    }

    private interface Deciding {
        BatchItem item(long id, Function<LoggedConflict, ResolutionRequest> pick);
    }

    private BatchResult each(BatchRequest asked, @Nullable UUID batch, Deciding deciding) {
        Chosen chosen = chosen(asked);
        Set<UUID> records = new HashSet<>();
        List<BatchItem> items = new ArrayList<>();
        for (long id : chosen.ids()) {
            BatchItem item = item(id, !records.isEmpty() && batch != null, one -> deciding.item(one, conflict -> {
                if (records.contains(conflict.record())) {
                    throw ConflictRefused.sameRecord(id);
                }
                return asked.pick().of(conflict, asked.by());
            }));
            if (item.becomes() != null && item.record() != null) {
                records.add(item.record());
            }
            items.add(item);
        }
        return BatchResult.of(batch, batch == null, chosen.more(), items);
    }

    private Chosen chosen(BatchRequest asked) {
        if (asked.filter() == null) {
            return new Chosen(Objects.requireNonNull(asked.ids(), "there is one of the two"), false);
        }
        List<Long> ids = new ArrayList<>();
        String next = null;
        do {
            ListPage<ConflictRow> page = archive.list(asked.filter(), BatchRequest.MOST - ids.size(),
                    next == null ? null : ConflictArchive.after(next));
            page.items().forEach(row -> ids.add(row.id()));
            next = page.next();
        } while (next != null && ids.size() < BatchRequest.MOST);
        return new Chosen(ids, next != null);
    }

    /** @param begun whether some are written already: then a failure must not keep the caller from hearing of them */
    private BatchItem item(long id, boolean begun, LongFunction<BatchItem> work) {
        try {
            return work.apply(id);
        } catch (ConflictRefused e) {
            return left(id, e.reason().code(), e.getMessage(), e.current().orElse(null));
        } catch (InvalidInput e) {
            return left(id, "refused", e.getMessage(), null);
        } catch (RowsLocked e) {
            return left(id, "locked", Objects.requireNonNullElse(e.getMessage(), "somebody has locked it"), null);
        } catch (DataAccessException | TransactionException e) {
            if (!begun) {
                throw e;
            }
            log.warn("Conflict {} cannot be decided with the others: {}", id, DatabaseFailure.words(e));
            return new BatchItem(id, null, null, null, new BatchItem.Left("failed",
                    "the database failed: look whether this one was decided, and repeat it if not", null));
        }
    }

    private BatchItem left(long id, String reason, String detail, @Nullable String current) {
        Optional<LoggedConflict> conflict = archive.find(id);
        return new BatchItem(id, conflict.map(one -> one.kind().name()).orElse(null),
                conflict.map(LoggedConflict::record).orElse(null), null, new BatchItem.Left(reason, detail, current));
    }
}
