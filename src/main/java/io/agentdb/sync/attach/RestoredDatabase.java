package io.agentdb.sync.attach;

import io.agentdb.sync.attach.file.FileRows.PresentRow;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.SyncMap.RowEntry;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.node.LocalNode;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a file's map takes for known, although the database is another one than that which knew it: restored to an older
 * state, or another node's. Such rows become records again, unless they were deleted there. One thread.
 */
final class RestoredDatabase {

    private static final String DATABASE = "database";
    private static final int PAGE = 500;

    private final OpenFile open;
    private final LocalNode node;
    private final NodeRecords records;
    private @Nullable String database;

    RestoredDatabase(OpenFile open, LocalNode node, NodeRecords records) {
        this.open = open;
        this.node = node;
        this.records = records;
    }

    /** @return whether it was another one; everything may be new then */
    boolean look() throws SQLException, FileStopped {
        String now = node.actor().name();
        if (now.equals(database)) {
            return false;
        }
        Optional<String> before = open.map().note(DATABASE);
        boolean other = before.isPresent() && !before.get().equals(now);
        if (other) {
            for (FileTable table : open.tables()) {
                keep(table);
            }
        }
        if (other || before.isEmpty()) {
            open.file().write(connection -> {
                open.map().note(DATABASE, now);
                return true;
            });
        }
        database = now;
        return other;
    }

    private void keep(FileTable table) throws SQLException {
        long after = 0;
        while (true) {
            List<RowEntry> page = open.map().page(table, after, PAGE);
            List<Long> rows = page.stream().map(RowEntry::row).filter(Objects::nonNull).toList();
            if (rows.isEmpty()) {
                return;
            }
            Map<UUID, Content> here = records.find(table.kind(), page.stream().map(RowEntry::id).toList());
            List<Long> missing = page.stream().filter(entry -> !here.containsKey(entry.id())).map(RowEntry::row)
                    .filter(Objects::nonNull).toList();
            records.keep(table.kind(), open.rows().read(table, missing).rows().values().stream().map(PresentRow::row)
                    .toList());
            after = rows.get(rows.size() - 1);
        }
    }
}
