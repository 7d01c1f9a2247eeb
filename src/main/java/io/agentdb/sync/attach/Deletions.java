package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.attach.file.FileRows.PresentRow;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.Print;
import io.agentdb.sync.attach.file.SyncMap.RowEntry;
import io.agentdb.sync.attach.file.SyncMap.Waits;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.transfer.AttachedRows.FileRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * What agents have deleted in their file: concluded from a row that the file's own map knows and that is gone, and from
 * nothing else. One thread.
 */
final class Deletions {

    private static final int BATCH = 500;

    private final OpenFile open;
    private final NodeRecords records;
    private final DeleteMode mode;
    private final int most;
    private final AttachTally tally;
    private final Pace pace;

    Deletions(OpenFile open, NodeRecords records, DeleteMode mode, int most, AttachTally tally,
            int share) {
        this.open = open;
        this.records = records;
        this.mode = mode;
        this.most = most;
        this.tally = tally;
        this.pace = new Pace(share);
    }

    /**
     * @param allowed whether a person has said that more may go than the setting says
     * @return whether it has not looked for lack of time
     * @throws FileStopped if more rows are gone than may go at once; then nothing was deleted
     */
    boolean look(boolean allowed) throws SQLException, FileStopped {
        if (!pace.isDue()) {
            return true;
        }
        Map<FileTable, List<RowEntry>> gone = new LinkedHashMap<>();
        int all = 0;
        for (FileTable table : open.tables()) {
            List<RowEntry> entries = gone(table);
            gone.put(table, entries);
            all += entries.size();
        }
        if (all > most && !allowed && mode == DeleteMode.PROPAGATE) {
            throw new FileStopped(all + " rows are gone from it since the last look, and agentdb.attach[i].max-deletes"
                    + " lets " + most + " go at once: resume the attachment to delete their records on every node, or"
                    + " bring the rows back first");
        }
        for (Map.Entry<FileTable, List<RowEntry>> table : gone.entrySet()) {
            for (int i = 0; i < table.getValue().size(); i += BATCH) {
                List<RowEntry> batch = table.getValue().subList(i, Math.min(i + BATCH, table.getValue().size()));
                if (mode == DeleteMode.LOCAL) {
                    keepToItself(table.getKey(), batch);
                } else {
                    delete(table.getKey(), batch);
                }
            }
        }
        pace.done();
        return false;
    }

    /** Without those that the agent has stored again: that is a change of the record, which has another row now. */
    private List<RowEntry> gone(FileTable table) throws SQLException, FileStopped {
        List<RowEntry> gone = open.map().withoutRow(table, Integer.MAX_VALUE);
        // No episode is told twice: its time is part of what it is known by.
        if (table == FileTable.EPISODES) {
            return gone;
        }
        Set<UUID> again = new HashSet<>();
        for (int i = 0; i < gone.size(); i += BATCH) {
            List<RowEntry> batch = gone.subList(i, Math.min(i + BATCH, gone.size()));
            Map<UUID, Content> here = records.find(table.kind(), batch.stream().map(RowEntry::id).toList());
            open.file().write(connection -> {
                for (RowEntry entry : batch) {
                    Content content = here.get(entry.id());
                    OptionalLong row = content == null ? OptionalLong.empty() : another(table, entry, content);
                    if (row.isPresent()) {
                        open.map().move(table, entry.id(), row.getAsLong());
                        again.add(entry.id());
                    }
                }
                return true;
            });
        }
        return gone.stream().filter(entry -> !again.contains(entry.id())).toList();
    }

    private OptionalLong another(FileTable table, RowEntry entry, Content content) throws SQLException {
        List<Long> like = open.rows().rivals(table, content, entry.print().ends());
        return open.rows().read(table, like).rows().values().stream().map(PresentRow::row)
                .filter(row -> row.id().equals(entry.id())).mapToLong(FileRow::row).findFirst();
    }

    /** The record stays; that its row is not to be written again stands in the map. */
    private void keepToItself(FileTable table, List<RowEntry> batch) throws SQLException, FileStopped {
        open.file().write(connection -> {
            for (RowEntry entry : batch) {
                open.map().put(table, new RowEntry(entry.id(), null, entry.print(), entry.embedded(),
                        Waits.NOTHING));
            }
            return true;
        });
        tally.count(Passed.DELETES_IN, batch.size());
    }

    private void delete(FileTable table, List<RowEntry> batch) throws SQLException, FileStopped {
        Map<UUID, Content> here = records.find(table.kind(), batch.stream().map(RowEntry::id).toList());
        List<UUID> deleted = new ArrayList<>();
        Set<UUID> changed = new HashSet<>();
        for (RowEntry entry : batch) {
            Content content = here.get(entry.id());
            if (content != null) {
                // Changed by a peer since: the agent has deleted what it said before. An update wins over a deletion.
                Print print = open.rows().print(table, content, new long[2]);
                (print.changed(entry.print()).isEmpty() ? deleted : changed).add(entry.id());
            }
        }
        Set<UUID> kept = delete(table.kind(), deleted);
        open.file().write(connection -> {
            for (RowEntry entry : batch) {
                if (kept.contains(entry.id())) {
                    continue;
                }
                if (changed.contains(entry.id())) {
                    // FileOutlet writes it again.
                    open.map().put(table, new RowEntry(entry.id(), null, entry.print(), false, Waits.TURN));
                } else {
                    open.map().remove(table, entry.id());
                }
            }
            return true;
        });
        tally.count(Passed.DELETES_IN, deleted.size() - kept.size());
    }

    /** @return those that the database does not let go; they are asked for again at the next look */
    private Set<UUID> delete(Kind kind, List<UUID> ids) {
        try {
            records.delete(kind, ids);
            ids.forEach(id -> tally.release(kind + " " + id));
            return Set.of();
        } catch (InvalidInput refused) {
            Set<UUID> kept = new HashSet<>();
            for (UUID id : ids) {
                try {
                    records.delete(kind, List.of(id));
                    tally.release(kind + " " + id);
                } catch (InvalidInput e) {
                    tally.hold(kind + " " + id, "its row was deleted, and it cannot be: " + e.getMessage());
                    kept.add(id);
                }
            }
            return kept;
        }
    }
}
