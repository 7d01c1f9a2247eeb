package io.agentdb.sync.attach;

import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.Print;
import io.agentdb.sync.attach.file.SyncMap.RowEntry;
import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Merging;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.store.BulkDelete;
import io.agentdb.sync.memory.store.MemoryStore;
import io.agentdb.sync.memory.transfer.AttachedRows;
import io.agentdb.sync.memory.transfer.AttachedRows.FileRow;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Hlc;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What attached files do to this node's records. Thread-safe; blocks for the database. Everything may be repeated, and
 * has no effect the second time.
 */
@Component
class NodeRecords {

    /** Nobody else takes a change of the same row from now on, until the transaction ends. */
    private static final String LAST_TAKEN = """
            insert into attached_changes (file, kind, id, agreed, print) values (:file, :kind, :id, :agreed, :print)
            on conflict (file, kind, id) do update set file = excluded.file returning agreed, print
            """;

    private static final String TAKEN = "select id, agreed, print from attached_changes"
            + " where file = :file and kind = :kind and id in (:ids)";

    private final MemoryStore store;
    private final AttachedRows rows;
    private final BulkDelete deletes;
    private final AgentConflicts conflicts;
    private final JdbcClient jdbc;
    private final PlatformTransactionManager transactions;
    private final TransactionTemplate transaction;

    NodeRecords(MemoryStore store, AttachedRows rows, BulkDelete deletes, AgentConflicts conflicts, JdbcClient jdbc,
            PlatformTransactionManager transactions) {
        this.store = store;
        this.rows = rows;
        this.deletes = deletes;
        this.conflicts = conflicts;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Makes new rows records. A record that is here stays as it is; so does one that was deleted, unless its row was
     * made after that: then the agent has stored it again.
     *
     * @return by row number, what the database refuses
     */
    Map<Long, String> keep(Kind kind, List<FileRow> fresh) {
        Map<Long, String> refused = rows.keep(kind, fresh);
        Map<UUID, Instant> deleted = deleted(kind, fresh.stream().map(FileRow::id).toList());
        for (FileRow row : fresh) {
            Instant made = (Instant) row.content().get(kind.indexOf("created_at"));
            if (deleted.containsKey(row.id()) && made != null && !made.isBefore(deleted.get(row.id()))
                    && made.isBefore(Instant.now().plus(Hlc.TOLERANCE))) {
                try {
                    create(Shape.of(kind), row);
                } catch (InvalidInput e) {
                    refused.put(row.row(), e.getMessage());
                }
            }
        }
        return refused;
    }

    /** When, in whole seconds, as AgentDB counts. */
    private Map<UUID, Instant> deleted(Kind kind, Collection<UUID> ids) {
        Map<UUID, Instant> deleted = new HashMap<>();
        if (!ids.isEmpty()) {
            jdbc.sql("select id, hlc from tombstones where kind = :kind and id in (:ids)").param("kind", kind.name())
                    .param("ids", ids).query(row -> {
                        deleted.put(row.getObject(1, UUID.class),
                                Hlc.instant(row.getLong(2)).truncatedTo(ChronoUnit.SECONDS));
                    });
        }
        return deleted;
    }

    private <T extends MemoryRecord> void create(Shape<T> shape, FileRow row) {
        store.write(shape, row.id(), present -> present == null ? shape.item(row.id(), row.content()) : null);
    }

    Map<UUID, Content> find(Kind kind, Collection<UUID> ids) {
        return find(Shape.of(kind), ids);
    }

    private <T extends MemoryRecord> Map<UUID, Content> find(Shape<T> shape, Collection<UUID> ids) {
        Map<UUID, Content> found = new HashMap<>();
        store.find(shape, ids).forEach(one -> found.put(one.id(), shape.content(one)));
        return found;
    }

    /**
     * Makes an agent's change to a row a change of its record: of the columns that the agent has changed, so that what
     * peers have changed in others stays. A count grows by as much as it has grown in the file. Where a peer has
     * changed the same column, its version goes into the log of conflicts.
     *
     * <p>What was taken in before the file's map could say so is not taken in again: the change begins there.
     *
     * @param seen what both sides agreed on when the row was read; if they have agreed again since, nothing is done
     * @throws io.agentdb.sync.memory.InvalidInput if the database refuses it
     */
    void change(OpenFile open, FileTable table, FileRow row, Print now, RowEntry seen) {
        transaction.executeWithoutResult(status -> {
            Print before = lastTaken(open.id(), table, seen);
            if (now.equals(before) || !isCurrent(open, table, seen)) {
                return;
            }
            Optional<Revision> here = conflicts.before(table.kind(), seen.id());
            change(Shape.of(table.kind()), seen.id(), row, now.changed(before), before);
            here.ifPresent(one -> conflicts.keep(table, one, now, before));
            jdbc.sql("update attached_changes set agreed = ?, print = ? where file = ? and kind = ? and id = ?")
                    .params(seen.agreed(), now.bytes(), open.id(), table.table(), seen.id()).update();
        });
    }

    private Print lastTaken(UUID file, FileTable table, RowEntry seen) {
        return jdbc.sql(LAST_TAKEN).param("file", file).param("kind", table.table()).param("id", seen.id())
                .param("agreed", seen.agreed()).param("print", seen.print().bytes())
                .query((row, i) -> row.getLong(1) == seen.agreed() ? Print.stored(table, row.getBytes(2))
                        : seen.print()).single();
    }

    /** Asked while nobody else can take a change of the row: of two processes, the slower one would count it again. */
    private static boolean isCurrent(OpenFile open, FileTable table, RowEntry seen) {
        try {
            return open.map().isCurrent(table, seen);
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("the attached file's map cannot be read", e);
        }
    }

    /** What was taken in last of a record's row, and from which agreement on. */
    record TakenIn(long agreed, Print print) { }

    Map<UUID, TakenIn> taken(UUID file, FileTable table, Collection<UUID> ids) {
        return taken(TAKEN, file, table, ids);
    }

    private Map<UUID, TakenIn> taken(String query, UUID file, FileTable table, Collection<UUID> ids) {
        Map<UUID, TakenIn> taken = new HashMap<>();
        if (!ids.isEmpty()) {
            jdbc.sql(query).param("file", file).param("kind", table.table()).param("ids", ids)
                    .query(row -> {
                        taken.put(row.getObject(1, UUID.class), new TakenIn(row.getLong(2),
                                Print.stored(table, row.getBytes(3))));
                    });
        }
        return taken;
    }

    /** What is done while nobody takes anything in. */
    interface SettleWork {
        void of(Map<UUID, TakenIn> taken) throws SQLException, FileStopped;
    }

    /**
     * Notes down in the file what was taken in last of these records' rows. If another process of the node took
     * something in meanwhile, the file's map would not say so, and it would be counted again.
     */
    void settle(UUID file, FileTable table, Collection<UUID> ids, SettleWork work) throws SQLException, FileStopped {
        TransactionStatus locks = transactions.getTransaction(new DefaultTransactionDefinition());
        try {
            work.of(taken(TAKEN + " order by id for update", file, table, ids));
        } finally {
            // It has written nothing into the database.
            transactions.rollback(locks);
        }
    }

    private <T extends MemoryRecord> void change(Shape<T> shape, UUID id, FileRow row, Set<String> changed,
            Print before) {
        store.write(shape, id, present -> shape.item(id, present == null ? row.content()
                : changed(shape.kind(), shape.content(present), row.content(), changed, before)));
    }

    private static Content changed(Kind kind, Content present, Content file, Set<String> changed, Print before) {
        @Nullable Object[] values = present.values().toArray();
        for (int i = 0; i < values.length; i++) {
            Column column = kind.columns().get(i);
            if (column.merging() == Merging.LATEST) {
                values[i] = later((Instant) values[i], (Instant) file.get(i));
            } else if (changed.contains(column.name())) {
                values[i] = column.merging() == Merging.ADDED_UP
                        ? grown((Long) values[i], (Long) file.get(i), before.number(column.name())) : file.get(i);
            } else if (column.name().equals("co_occurrences") && changed.contains("metadata")) {
                values[i] = file.get(i) == null ? values[i] : file.get(i);
            }
        }
        return Content.of(values);
    }

    private static Long grown(@Nullable Long here, @Nullable Long file, double before) {
        return Math.max(0, (here == null ? 0 : here) + (file == null ? 0 : file) - (long) before);
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return one == null || other != null && other.isAfter(one) ? other : one;
    }

    /** @throws io.agentdb.sync.memory.InvalidInput if the database refuses one; then none was deleted */
    void delete(Kind kind, Collection<UUID> ids) {
        if (!ids.isEmpty()) {
            deletes.delete(kind, ids);
        }
    }
}
