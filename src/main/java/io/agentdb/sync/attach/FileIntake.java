package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.attach.file.FileRows.PresentRow;
import io.agentdb.sync.attach.file.FileRows.PresentRows;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.Print;
import io.agentdb.sync.attach.file.SyncMap.RowEntry;
import io.agentdb.sync.memory.Content;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What agents have written into their file: new rows, and changed ones. PostgreSQL has it first, and then the file's
 * map says so; killed in between, it is told again and changes nothing. One thread.
 */
final class FileIntake {

    /** Rows of one transaction on the file, for whose end AgentDB's own writes wait. */
    static final int BATCH = 50;
    /** A row and its vector are two transactions of AgentDB's, with the model's run in between. */
    static final long AWAITED_SECONDS = 60;

    /** Between table and number, in the name of a row that is held back. */
    static final String ROW = " row ";

    private static final int PAGE = 500;

    private final OpenFile open;
    private final NodeRecords records;
    private final Vectors vectors;
    private final AttachTally tally;
    private final Map<FileTable, Pace> paces = new EnumMap<>(FileTable.class);
    /** Up to which row all are records, or held back: AgentDB gives new ones higher numbers. */
    private final Map<FileTable, Long> seen = new EnumMap<>(FileTable.class);

    FileIntake(OpenFile open, NodeRecords records, Vectors vectors, AttachTally tally, int share) {
        this.open = open;
        this.records = records;
        this.vectors = vectors;
        this.tally = tally;
        open.tables().forEach(table -> paces.put(table, new Pace(share)));
    }

    /** @return whether something waits for its vector, or was not looked at for lack of time: look again */
    boolean look() throws SQLException, FileStopped {
        boolean more = false;
        for (FileTable table : open.tables()) {
            Pace pace = Objects.requireNonNull(paces.get(table), "it has all tables");
            boolean whole = pace.isDue();
            // Rows with a lower number are rare, as where somebody brings one back.
            long after = whole ? 0 : seen.getOrDefault(table, 0L);
            fresh(table, after);
            more |= isAnyLeft(table, after);
            if (whole) {
                changes(table);
                pace.done();
            } else {
                more = true;
            }
        }
        return more;
    }

    /** Looks at everything anew next time, also at what was held back. */
    void again() {
        seen.clear();
    }

    /** Whether rows wait; the next look begins with the first of them, or behind the last one. */
    private boolean isAnyLeft(FileTable table, long after) throws SQLException {
        long newest = open.rows().newest(table);
        List<Long> left = open.rows().unmapped(table, after, Long.MAX_VALUE, PAGE);
        Optional<Long> first = left.stream().filter(row -> !tally.holds(name(table, row))).findFirst();
        long last = left.size() < PAGE ? newest : left.get(left.size() - 1);
        seen.put(table, first.map(row -> row - 1).orElse(last));
        return first.isPresent();
    }

    private void fresh(FileTable table, long from) throws SQLException, FileStopped {
        long before = Instant.now().getEpochSecond() - AWAITED_SECONDS;
        long after = from;
        while (true) {
            List<Long> page = open.rows().unmapped(table, after, before, PAGE);
            for (int i = 0; i < page.size(); i += BATCH) {
                List<Long> batch = page.subList(i, Math.min(i + BATCH, page.size())).stream()
                        .filter(row -> !tally.holds(name(table, row))).toList();
                take(table, batch);
            }
            if (page.size() < PAGE) {
                return;
            }
            after = page.get(page.size() - 1);
        }
    }

    private void take(FileTable table, List<Long> batch) throws SQLException, FileStopped {
        if (batch.isEmpty()) {
            return;
        }
        PresentRows read = open.rows().read(table, batch);
        read.refused().forEach((row, why) -> tally.hold(name(table, row), why));
        List<PresentRow> rows = new ArrayList<>(read.rows().values());
        Map<Long, String> refused = records.keep(table.kind(), rows.stream().map(PresentRow::row).toList());
        refused.forEach((row, why) -> tally.hold(name(table, row), why));
        rows.removeIf(row -> refused.containsKey(row.row().row()));
        vectors.keep(table, rows);
        settle(table, rows);
        tally.count(Passed.ROWS_IN, rows.size());
    }

    /** Rows that say otherwise than what both sides agreed on. */
    private void changes(FileTable table) throws SQLException, FileStopped {
        long after = 0;
        while (true) {
            List<RowEntry> page = open.map().page(table, after, PAGE);
            List<Long> numbers = page.stream().map(RowEntry::row).filter(Objects::nonNull).toList();
            if (numbers.isEmpty()) {
                return;
            }
            PresentRows read = open.rows().read(table, numbers);
            List<PresentRow> changed = new ArrayList<>();
            for (RowEntry entry : page) {
                PresentRow row = read.rows().get(entry.row());
                if (row != null && !row.print().equals(entry.print()) && row.row().id().equals(entry.id())) {
                    records.change(open.id(), table, row.row(), row.print(), entry.print());
                    changed.add(row);
                    tally.count(Passed.ROWS_IN);
                }
            }
            for (int i = 0; i < changed.size(); i += BATCH) {
                settle(table, changed.subList(i, Math.min(i + BATCH, changed.size())));
            }
            after = numbers.get(numbers.size() - 1);
        }
    }

    /**
     * Notes down which records these rows are, unless they have changed again since, and gives them what their records
     * have: of one that was here before, its row says what the record says.
     */
    private void settle(FileTable table, Collection<PresentRow> rows) throws SQLException, FileStopped {
        if (rows.isEmpty()) {
            return;
        }
        Map<UUID, Content> here = records.find(table.kind(), rows.stream().map(row -> row.row().id()).toList());
        open.file().write(connection -> {
            Map<Long, PresentRow> now = open.rows().read(table, rows.stream().map(row -> row.row().row()).toList())
                    .rows();
            for (PresentRow row : rows) {
                settle(table, row, now.get(row.row().row()), here.get(row.row().id()));
            }
            return true;
        });
    }

    private void settle(FileTable table, PresentRow row, @Nullable PresentRow now, @Nullable Content content)
            throws SQLException {
        if (now == null || !now.print().equals(row.print())) {
            return;
        }
        long number = row.row().row();
        UUID id = row.row().id();
        Optional<RowEntry> known = open.map().find(table, id);
        Long other = known.map(RowEntry::row).orElse(null);
        if (content == null) {
            tally.hold(name(table, number), "its record " + id + " was deleted on a node; the row stays as it is, and"
                    + " goes nowhere");
        } else if (other != null && other != number) {
            tally.hold(name(table, number), "row " + other + " is the same record already, " + id);
        } else {
            Print theirs = open.rows().print(table, content, row.ends());
            if (!theirs.equals(row.print())) {
                open.rows().update(table, number, content, row.ends());
            }
            boolean embedded = vectors.has(table, number);
            open.map().put(table, new RowEntry(id, number, theirs, embedded, false));
        }
    }

    static String name(FileTable table, long row) {
        return table.table() + ROW + row;
    }
}
