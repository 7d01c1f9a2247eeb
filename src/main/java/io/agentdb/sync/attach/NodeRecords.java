package io.agentdb.sync.attach;

import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.Print;
import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Merging;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.store.BulkDelete;
import io.agentdb.sync.memory.store.MemoryStore;
import io.agentdb.sync.memory.transfer.AttachedRows;
import io.agentdb.sync.memory.transfer.AttachedRows.FileRow;
import io.agentdb.sync.revision.Revision;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What attached files do to this node's records. Thread-safe; blocks for the database. Everything may be repeated, and
 * has no effect the second time.
 */
@Component
class NodeRecords {

    private static final String TAKE = """
            insert into attached_changes as taken (file, kind, id, print) values (:file, :kind, :id, :print)
            on conflict (file, kind, id) do update set print = excluded.print where taken.print <> excluded.print
            """;

    private final MemoryStore store;
    private final AttachedRows rows;
    private final BulkDelete deletes;
    private final AgentConflicts conflicts;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    NodeRecords(MemoryStore store, AttachedRows rows, BulkDelete deletes, AgentConflicts conflicts, JdbcClient jdbc,
            PlatformTransactionManager transactions) {
        this.store = store;
        this.rows = rows;
        this.deletes = deletes;
        this.conflicts = conflicts;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** @return by row number, what the database refuses */
    Map<Long, String> keep(Kind kind, List<FileRow> fresh) {
        return rows.keep(kind, fresh);
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
     * peers have changed in others stays. A count grows by as much as it has grown in the file. Where a peer has changed
     * the same column, its version goes into the log of conflicts.
     *
     * @param file which file, for knowing the same change again: it is made once, however often it is told
     * @param before what both sides agreed on
     */
    void change(UUID file, FileTable table, FileRow row, Print now, Print before) {
        Set<String> changed = now.changed(before);
        transaction.executeWithoutResult(status -> {
            // The print tells the change, but for one that leads back to what was there before the last one.
            int fresh = jdbc.sql(TAKE).param("file", file).param("kind", table.table()).param("id", row.id())
                    .param("print", HexFormat.of().formatHex(now.digest(before))).update();
            if (fresh > 0) {
                Optional<Revision> here = conflicts.before(table.kind(), row.id());
                change(Shape.of(table.kind()), row, changed, before);
                here.ifPresent(one -> conflicts.keep(table, one, now, before));
            }
        });
    }

    private <T extends MemoryRecord> void change(Shape<T> shape, FileRow row, Set<String> changed, Print before) {
        store.write(shape, row.id(), present -> shape.item(row.id(), present == null ? row.content()
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

    void delete(Kind kind, Collection<UUID> ids) {
        if (!ids.isEmpty()) {
            deletes.delete(kind, ids);
        }
    }
}
