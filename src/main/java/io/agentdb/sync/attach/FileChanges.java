package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.attach.NodeRecords.TakenIn;
import io.agentdb.sync.attach.Settlement.TakenRow;
import io.agentdb.sync.attach.file.FileRows.PresentRow;
import io.agentdb.sync.attach.file.FileRows.PresentRows;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.SyncMap.RowEntry;
import io.agentdb.sync.memory.InvalidInput;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Rows of records that agents have changed: they say otherwise than what both sides agreed on. One thread. */
final class FileChanges {

    private static final int PAGE = 500;

    private final OpenFile open;
    private final NodeRecords records;
    private final Settlement settlement;
    private final AttachTally tally;
    /**
     * Tables of which PostgreSQL may have a change that the map does not tell of: somebody was stopped in between. If
     * the agent has taken it back since, the row looks as if nothing had happened.
     */
    private final Set<FileTable> inDoubt = EnumSet.allOf(FileTable.class);

    private record ReadPage(List<RowEntry> entries, PresentRows rows) { }

    FileChanges(OpenFile open, NodeRecords records, Settlement settlement, AttachTally tally) {
        this.open = open;
        this.records = records;
        this.settlement = settlement;
        this.tally = tally;
    }

    /** @return whether rows have become other records', which is two changes more: look again */
    boolean look(FileTable table) throws SQLException, FileStopped {
        boolean doubt = !inDoubt.add(table);
        boolean more = false;
        for (long after = 0; ; ) {
            ReadPage page = page(table, after);
            if (page.entries().isEmpty()) {
                inDoubt.remove(table);
                return more;
            }
            List<UUID> ids = page.entries().stream().map(RowEntry::id).toList();
            more |= take(table, page, doubt ? records.taken(open.id(), table, ids) : Map.of());
            after = Objects.requireNonNull(page.entries().get(ids.size() - 1).row(), "those of the page have rows");
        }
    }

    private ReadPage page(FileTable table, long after) throws SQLException {
        return open.ofOneMoment(connection -> {
            List<RowEntry> entries = open.map().page(table, after, PAGE);
            return new ReadPage(entries, open.rows().read(table, entries.stream().map(RowEntry::row)
                    .filter(Objects::nonNull).toList()));
        });
    }

    private boolean take(FileTable table, ReadPage page, Map<UUID, TakenIn> taken) throws SQLException, FileStopped {
        page.rows().refused().forEach((row, why) -> tally.hold(FileIntake.name(table, row), why));
        List<TakenRow> changed = new ArrayList<>();
        List<TakenRow> others = new ArrayList<>();
        for (RowEntry entry : page.entries()) {
            PresentRow row = page.rows().rows().get(entry.row());
            if (row == null) {
                continue;
            }
            TakenIn last = taken.get(entry.id());
            if (row.print().equals(entry.print()) && (last == null || last.agreed() != entry.agreed())) {
                if (tally.held() > 0) {
                    tally.release(FileIntake.name(table, row.row().row()));
                }
            } else {
                (isAnother(row, entry) ? others : changed).add(new TakenRow(row, entry));
            }
        }
        for (int i = 0; i < changed.size(); i += FileIntake.BATCH) {
            take(table, changed.subList(i, Math.min(i + FileIntake.BATCH, changed.size())));
        }
        if (!others.isEmpty()) {
            lose(table, others);
        }
        return !others.isEmpty();
    }

    private void take(FileTable table, List<TakenRow> changed) throws SQLException, FileStopped {
        List<TakenRow> taken = new ArrayList<>();
        for (TakenRow one : changed) {
            try {
                records.change(open, table, one.row().row(), one.row().print(),
                        Objects.requireNonNull(one.seen(), "the row is a record's"));
                taken.add(one);
            } catch (InvalidInput e) {
                tally.hold(FileIntake.name(table, one.row().row().row()), "its change is refused: " + e.getMessage());
            }
        }
        settlement.settle(table, taken);
        tally.count(Passed.ROWS_IN, taken.size());
    }

    /** A skill is known by its name, an edge by its ends: with others, the row is another record's. */
    private static boolean isAnother(PresentRow row, RowEntry entry) {
        if (row.row().id().equals(entry.id())) {
            return false;
        }
        Set<String> changed = row.print().changed(entry.print());
        // An end that has no row here has an id that the row cannot tell.
        return !row.print().hasEndsOf(entry.print()) || changed.contains("name") || changed.contains("relationship")
                || changed.contains("from_type") || changed.contains("to_type");
    }

    /** The former record's row is gone, for {@link Deletions}; this one is a new record's. */
    private void lose(FileTable table, List<TakenRow> others) throws SQLException, FileStopped {
        open.file().write(connection -> {
            Map<Long, PresentRow> now = open.rows().read(table, others.stream().map(one -> one.row().row().row())
                    .toList()).rows();
            for (TakenRow one : others) {
                RowEntry entry = Objects.requireNonNull(one.seen(), "the row is a record's");
                PresentRow row = now.get(entry.row());
                if (row != null && row.print().equals(one.row().print()) && open.map().isCurrent(table, entry)) {
                    open.map().lose(table, entry.id());
                    if (table == FileTable.SKILLS) {
                        loseLinks(row.row().row());
                    }
                }
            }
            return true;
        });
    }

    /** What leads to a skill is another edge when that is another skill. */
    private void loseLinks(long skill) throws SQLException {
        for (RowEntry link : open.map().find(FileTable.SKILL_LINKS, open.rows().linksOf(skill)).values()) {
            open.map().lose(FileTable.SKILL_LINKS, link.id());
        }
    }
}
