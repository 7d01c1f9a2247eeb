package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.attach.RowPlace.Ends;
import io.agentdb.sync.attach.RowPlace.TableEntry;
import io.agentdb.sync.attach.file.FileRows.PresentRow;
import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.Print;
import io.agentdb.sync.attach.file.SyncMap.RowEntry;
import io.agentdb.sync.attach.file.SyncMap.Waits;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a record's row in the file becomes, where the agent has not changed it meanwhile: that is left to
 * {@link FileIntake}, which makes it a change of the record, and so it comes here again. In transactions of the
 * caller's. One thread.
 */
final class RowWriting {

    private final OpenFile open;
    private final Vectors vectors;
    private final AttachTally tally;
    private final RowPlace place;

    RowWriting(OpenFile open, Vectors vectors, AttachTally tally) {
        this.open = open;
        this.vectors = vectors;
        this.tally = tally;
        this.place = new RowPlace(open.map());
    }

    /** Whether there is anything to write of a record; content is null of one that was deleted. */
    boolean isNews(Kind kind, UUID id, @Nullable Content content) throws SQLException {
        Optional<TableEntry> known = place.known(kind, id);
        if (known.isEmpty()) {
            return content != null;
        }
        FileTable table = known.get().table();
        RowEntry entry = known.get().entry();
        return content == null || (entry.row() == null ? entry.waits() != Waits.NOTHING
                : differs(entry, open.rows().print(table, content, place.ends(table, content).ends())));
    }

    /** An end that has no row has the number that the agent gave it; one that waits for its row is to get that. */
    private static boolean differs(RowEntry entry, Print print) {
        return !print.changed(entry.print()).isEmpty() || entry.waits() != Waits.NOTHING
                && !print.equals(entry.print());
    }

    /** Whether the agent has nothing of its own where a record that waits is to be written. */
    boolean hasTurn(FileTable table, RowEntry entry, @Nullable Content content) throws SQLException {
        if (entry.row() != null) {
            PresentRow present = open.rows().read(table, List.of(entry.row())).rows().get(entry.row());
            return present != null && present.print().equals(entry.print());
        }
        if (content == null) {
            return false;
        }
        Ends ends = place.ends(table, content);
        return (table != FileTable.SKILL_LINKS || ends.complete()) && !isTaken(table, entry.id(), content, ends);
    }

    /** The file has refused what the record says, and the transaction has nothing of it. */
    void refused(Kind kind, UUID id, @Nullable Content content) throws SQLException {
        Optional<TableEntry> known = place.known(kind, id);
        if (known.isPresent()) {
            open.map().mark(known.get().table(), id, Waits.TURN);
        } else if (content != null) {
            FileTable table = RowPlace.table(kind, content).orElseThrow();
            await(table, id, open.rows().print(table, content, place.ends(table, content).ends()), Waits.TURN);
        }
    }

    /** It has no row yet. */
    private void await(FileTable table, UUID id, Print print, Waits what) throws SQLException {
        open.map().put(table, new RowEntry(id, null, print, false, what));
    }

    void delete(Kind kind, UUID id) throws SQLException {
        Optional<TableEntry> known = place.known(kind, id);
        if (known.isEmpty()) {
            return;
        }
        FileTable table = known.get().table();
        Long row = known.get().entry().row();
        if (row != null) {
            PresentRow present = open.rows().read(table, List.of(row)).rows().get(row);
            if (present == null || !present.print().equals(known.get().entry().print())) {
                open.map().mark(table, id, Waits.TURN);
                return;
            }
            if (table == FileTable.SKILLS) {
                keepLinks(row);
            }
            open.rows().delete(table, row);
            tally.count(Passed.DELETES_OUT);
        }
        open.map().remove(table, id);
    }

    /** SQLite deletes a skill's links with it. Their records stay, and come back with the skill. */
    private void keepLinks(long skill) throws SQLException {
        for (RowEntry link : open.map().find(FileTable.SKILL_LINKS, open.rows().linksOf(skill)).values()) {
            open.map().put(FileTable.SKILL_LINKS, new RowEntry(link.id(), null, link.print(), false, Waits.ENDS));
        }
    }

    void write(Kind kind, UUID id, Content content, List<Embedding> known) throws SQLException {
        Optional<TableEntry> here = place.known(kind, id);
        FileTable table = here.map(TableEntry::table).or(() -> RowPlace.table(kind, content)).orElse(null);
        if (table == null || !open.rows().tables().contains(table)) {
            tally.count(Passed.NO_ROW_FOR_IT);
            return;
        }
        RowEntry entry = here.map(TableEntry::entry).orElse(null);
        Ends ends = place.ends(table, content);
        if (entry != null && entry.row() != null) {
            update(table, entry, entry.row(), content, ends, known);
        } else if (entry == null || entry.waits() != Waits.NOTHING) {
            insert(table, id, content, ends, known);
        }
    }

    private void insert(FileTable table, UUID id, Content content, Ends ends, List<Embedding> known)
            throws SQLException {
        Print print = open.rows().print(table, content, ends.ends());
        if (table == FileTable.SKILL_LINKS && !ends.complete()) {
            await(table, id, print, Waits.ENDS);
            return;
        }
        if (isTaken(table, id, content, ends)) {
            // Mostly FileIntake is about to find it; one that is no record is in the way until the agent mends it.
            await(table, id, print, Waits.TURN);
            return;
        }
        long row = open.rows().insert(table, content, ends.ends());
        boolean embedded = vectors.write(table, row, content, known);
        open.map().put(table, new RowEntry(id, row, print, embedded || table.kind() == Kind.EDGES,
                lacks(table, ends, embedded)));
        tally.count(Passed.ROWS_OUT);
    }

    /** Whether the agent has a row of its own there. */
    private boolean isTaken(FileTable table, UUID id, Content content, Ends ends) throws SQLException {
        List<Long> rivals = open.rows().rivals(table, content, ends.ends());
        return table == FileTable.SKILLS || table == FileTable.SKILL_LINKS ? !rivals.isEmpty()
                : open.rows().read(table, rivals).rows().values().stream().anyMatch(row -> row.row().id().equals(id));
    }

    private static Waits lacks(FileTable table, Ends ends, boolean embedded) {
        if (table.kind() == Kind.EDGES) {
            return ends.complete() ? Waits.NOTHING : Waits.ENDS;
        }
        return embedded ? Waits.NOTHING : Waits.VECTOR;
    }

    private void update(FileTable table, RowEntry entry, long row, Content content, Ends ends, List<Embedding> known)
            throws SQLException {
        PresentRow present = open.rows().read(table, List.of(row)).rows().get(row);
        if (present == null || !present.print().equals(entry.print())) {
            open.map().mark(table, entry.id(), Waits.TURN);
            return;
        }
        Print print = open.rows().print(table, content, ends.ends());
        if (!differs(entry, print)) {
            return;
        }
        open.rows().update(table, row, content, ends.ends());
        boolean embedded = Vectors.isOtherText(table, present.print(), print)
                ? vectors.replace(table, row, content, known) : entry.embedded();
        open.map().put(table, new RowEntry(entry.id(), row, print, embedded, lacks(table, ends, embedded)));
        tally.count(Passed.ROWS_OUT);
    }
}
