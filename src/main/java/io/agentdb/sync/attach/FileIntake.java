package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.attach.Settlement.TakenRow;
import io.agentdb.sync.attach.file.FileRows.NewRow;
import io.agentdb.sync.attach.file.FileRows.PresentRow;
import io.agentdb.sync.attach.file.FileRows.PresentRows;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What agents have written into their file: new rows, and changed ones. PostgreSQL has it first, and then the file's
 * map says so; killed in between, it is told again and changes nothing. One thread.
 */
final class FileIntake {

    /** Rows of one transaction on the file, for whose end AgentDB's own writes wait. */
    static final int BATCH = 50;
    /** A row and its vector are two transactions of AgentDB's, with the model's run in between. */
    static final long AWAITED_SECONDS = 60;

    private static final int PAGE = 500;

    private final OpenFile open;
    private final NodeRecords records;
    private final Vectors vectors;
    private final Settlement settlement;
    private final FileChanges changes;
    private final AttachTally tally;
    private final LongSupplier nanos;
    private final Map<FileTable, Pace> paces = new EnumMap<>(FileTable.class);
    /** Up to which row all are records, or held back: AgentDB gives new ones higher numbers. */
    private final Map<FileTable, Long> seen = new EnumMap<>(FileTable.class);
    /** Rows without a vector, by number, and when they were first seen: what they say of their time may be anything. */
    private final Map<FileTable, Map<Long, Long>> awaited = new EnumMap<>(FileTable.class);

    /** @param nanos as {@link System#nanoTime} */
    FileIntake(OpenFile open, NodeRecords records, Vectors vectors, AttachTally tally, int share, LongSupplier nanos) {
        this.open = open;
        this.records = records;
        this.vectors = vectors;
        this.settlement = new Settlement(open, records, vectors, tally);
        this.changes = new FileChanges(open, records, settlement, tally);
        this.tally = tally;
        this.nanos = nanos;
        open.tables().forEach(table -> paces.put(table, new Pace(share)));
    }

    /** @return whether something waits for its vector, or was not looked at for lack of time: look again */
    boolean look() throws SQLException, FileStopped {
        boolean more = false;
        for (FileTable table : open.tables()) {
            Pace pace = Objects.requireNonNull(paces.get(table), "it has all tables");
            boolean whole = pace.isDue();
            // Rows with a lower number are rare, as where somebody brings one back.
            more |= fresh(table, whole ? 0 : seen.getOrDefault(table, 0L));
            if (whole) {
                more |= changes.look(table);
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

    /** @return whether rows wait; the next look begins with the first of them, or behind the last one */
    private boolean fresh(FileTable table, long from) throws SQLException, FileStopped {
        long before = Instant.now().getEpochSecond() - AWAITED_SECONDS;
        long newest = open.rows().newest(table);
        Map<Long, Long> waiting = new HashMap<>();
        long first = Long.MAX_VALUE;
        for (long after = from; ; ) {
            List<NewRow> page = open.rows().unmapped(table, after, before, PAGE);
            List<Long> ready = new ArrayList<>();
            for (NewRow row : page) {
                if (!tally.holds(name(table, row.number()))) {
                    if (row.ready() || isAwaitedNoMore(table, row.number(), waiting)) {
                        ready.add(row.number());
                    } else {
                        first = Math.min(first, row.number());
                    }
                }
            }
            for (int i = 0; i < ready.size(); i += BATCH) {
                take(table, ready.subList(i, Math.min(i + BATCH, ready.size())));
            }
            after = page.isEmpty() ? after : page.get(page.size() - 1).number();
            if (page.size() < PAGE) {
                seen.put(table, Math.min(first - 1, Math.max(newest, after)));
                awaited.put(table, waiting);
                return !waiting.isEmpty();
            }
        }
    }

    private boolean isAwaitedNoMore(FileTable table, long row, Map<Long, Long> waiting) {
        long now = nanos.getAsLong();
        long since = awaited.getOrDefault(table, Map.of()).getOrDefault(row, now);
        if (now - since > TimeUnit.SECONDS.toNanos(AWAITED_SECONDS)) {
            return true;
        }
        waiting.put(row, since);
        return false;
    }

    private void take(FileTable table, List<Long> batch) throws SQLException, FileStopped {
        PresentRows read = open.rows().read(table, batch);
        read.refused().forEach((row, why) -> tally.hold(name(table, row), why));
        List<PresentRow> rows = new ArrayList<>(read.rows().values());
        Map<Long, String> refused = records.keep(table.kind(), rows.stream().map(PresentRow::row).toList());
        refused.forEach((row, why) -> tally.hold(name(table, row), why));
        rows.removeIf(row -> refused.containsKey(row.row().row()));
        vectors.keep(table, rows);
        settlement.settle(table, rows.stream().map(row -> new TakenRow(row, null)).toList());
        tally.count(Passed.ROWS_IN, rows.size());
    }

    /** Of a row that is held back. */
    static String name(FileTable table, long row) {
        return table.table() + " row " + row;
    }
}
