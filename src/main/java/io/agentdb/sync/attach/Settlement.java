package io.agentdb.sync.attach;

import io.agentdb.sync.attach.NodeRecords.TakenIn;
import io.agentdb.sync.attach.file.FileRows.PresentRow;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.Print;
import io.agentdb.sync.attach.file.SyncMap.RowEntry;
import io.agentdb.sync.attach.file.SyncMap.Waits;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Notes down in the file what PostgreSQL has taken in of its rows, and gives them what their records have. One thread.
 */
final class Settlement {

    /**
     * A row that PostgreSQL has taken in.
     *
     * @param row as it was read then
     * @param seen what both sides had agreed on; null of a new row
     */
    record TakenRow(PresentRow row, @Nullable RowEntry seen) { }

    private final OpenFile open;
    private final NodeRecords records;
    private final Vectors vectors;
    private final AttachTally tally;

    Settlement(OpenFile open, NodeRecords records, Vectors vectors, AttachTally tally) {
        this.open = open;
        this.records = records;
        this.vectors = vectors;
        this.tally = tally;
    }

    /** In one transaction on the file, for whose end agents wait. A row says what its record says afterwards. */
    void settle(FileTable table, List<TakenRow> taken) throws SQLException, FileStopped {
        if (!taken.isEmpty()) {
            records.settle(open.id(), table, taken.stream().filter(one -> one.seen() != null).map(Settlement::id)
                    .toList(), last -> settle(table, taken, last));
        }
    }

    private void settle(FileTable table, List<TakenRow> taken, Map<UUID, TakenIn> last)
            throws SQLException, FileStopped {
        Map<UUID, Content> here = records.find(table.kind(), taken.stream().map(Settlement::id).toList());
        Map<UUID, List<Embedding>> known = vectors.known(table, taken.stream().filter(one -> hasOtherText(table, one,
                here.get(id(one)))).map(Settlement::id).toList());
        open.file().write(connection -> {
            Map<Long, PresentRow> now = open.rows().read(table, taken.stream().map(one -> one.row().row().row())
                    .toList()).rows();
            for (TakenRow one : taken) {
                if (isToSettle(table, one, here.containsKey(id(one)))) {
                    settle(table, one, taken(one, last.get(id(one))), now.get(one.row().row().row()),
                            here.get(id(one)), known.getOrDefault(id(one), List.of()));
                }
            }
            return true;
        });
    }

    /** Then it needs another vector. */
    private boolean hasOtherText(FileTable table, TakenRow one, @Nullable Content content) {
        return content != null && Vectors.isOtherText(table, one.row().print(),
                open.rows().print(table, content, one.row().ends()));
    }

    private static Print taken(TakenRow one, @Nullable TakenIn last) {
        return last != null && one.seen() != null && last.agreed() == one.seen().agreed() ? last.print()
                : one.row().print();
    }

    private static UUID id(TakenRow one) {
        return one.seen() == null ? one.row().row().id() : one.seen().id();
    }

    private boolean isToSettle(FileTable table, TakenRow one, boolean here) throws SQLException {
        if (one.seen() != null) {
            // Another process of the node may have done it.
            return open.map().isCurrent(table, one.seen());
        }
        long number = one.row().row().row();
        Optional<Long> other = open.map().find(table, id(one)).map(RowEntry::row);
        String name = FileIntake.name(table, number);
        if (other.isPresent() && other.get() != number) {
            tally.hold(name, "row " + other.get() + " is the same record already, " + id(one));
        } else if (!here) {
            tally.hold(name, "its record " + id(one) + " was deleted on a node; the row stays as it is, and goes"
                    + " nowhere");
        }
        return other.isEmpty() && here;
    }

    /** Of a row that was changed again since, or is gone, what was taken in is noted: the rest is the next change. */
    private void settle(FileTable table, TakenRow one, Print taken, @Nullable PresentRow now, @Nullable Content content,
            List<Embedding> known) throws SQLException {
        long number = one.row().row().row();
        Print print = taken;
        boolean embedded = vectors.has(table, number);
        Waits waits = waits(table, one.seen());
        if (content != null && now != null && now.print().equals(taken)) {
            print = open.rows().print(table, content, now.ends());
            if (!print.equals(taken)) {
                open.rows().update(table, number, content, now.ends());
                if (Vectors.isOtherText(table, taken, print)) {
                    embedded = vectors.replace(table, number, content, known);
                    waits = embedded ? Waits.NOTHING : Waits.VECTOR;
                }
            }
        }
        open.map().put(table, new RowEntry(id(one), number, print, embedded, waits));
        tally.release(FileIntake.name(table, number));
    }

    private static Waits waits(FileTable table, @Nullable RowEntry seen) {
        Waits before = seen == null ? Waits.NOTHING : seen.waits();
        return before != Waits.TURN ? before : table.kind() == Kind.EDGES ? Waits.ENDS : Waits.NOTHING;
    }
}
