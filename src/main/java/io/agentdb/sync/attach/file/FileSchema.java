package io.agentdb.sync.attach.file;

import io.agentdb.sync.memory.transfer.AttachedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which columns one file has of those that are kept in step. AgentDB 3 makes its tables in two ways: its command line
 * with all of them, its tool {@code agentdb_init} without skills' links, and with the time of a row's making in
 * {@code ts} alone. Immutable.
 */
final class FileSchema {

    private static final String CREATED = "created_at";
    private static final String TS = "ts";
    private static final String UPDATED = "updated_at";

    /** By table, the columns' names in the file, in the order of {@link Cells#columns}; null of one that it lacks. */
    private final Map<FileTable, List<@Nullable String>> names;
    private final Map<FileTable, Set<String>> all;

    private FileSchema(Map<FileTable, List<@Nullable String>> names, Map<FileTable, Set<String>> all) {
        this.names = names;
        this.all = all;
    }

    /**
     * @throws FileStopped naming what it lacks, if it is no file of AgentDB 3's
     * @throws SQLException if it has not all tables yet: AgentDB makes the file before them, and one after the other
     */
    static FileSchema read(Connection connection) throws SQLException, FileStopped {
        // Last in AgentDB's own order, so that links are there too if there will be any.
        for (FileTable table : List.of(FileTable.EPISODES, FileTable.SKILLS, FileTable.CAUSAL_EDGES)) {
            if (AttachedRows.columns(connection, table.table()).isEmpty()) {
                throw new SQLException("it has no " + table.table() + " yet: it is attached once AgentDB has made its"
                        + " tables (agentdb init)");
            }
        }
        Map<FileTable, List<@Nullable String>> names = new EnumMap<>(FileTable.class);
        Map<FileTable, Set<String>> all = new EnumMap<>(FileTable.class);
        for (FileTable table : FileTable.values()) {
            Set<String> present = AttachedRows.columns(connection, table.table());
            if (table == FileTable.SKILL_LINKS && present.isEmpty()) {
                continue;
            }
            List<@Nullable String> found = new ArrayList<>();
            List<String> missing = new ArrayList<>();
            for (Cell cell : Cells.columns(table)) {
                String name = name(cell.column(), table, present);
                found.add(name);
                if (name == null && !cell.column().equals(CREATED) || cell.column().equals(CREATED)
                        && !present.contains(CREATED) && !present.contains(TS)) {
                    missing.add(cell.column());
                }
            }
            if (!missing.isEmpty()) {
                throw new FileStopped("its table " + table.table() + " is not AgentDB 3's, it has no "
                        + String.join(", ", missing) + ": run agentdb init, and resume the attachment");
            }
            names.put(table, found);
            all.put(table, present);
        }
        return new FileSchema(names, all);
    }

    private static @Nullable String name(String column, FileTable table, Set<String> present) {
        if (present.contains(column)) {
            return column;
        }
        // An episode's own field ts keeps that column.
        return column.equals(CREATED) && table != FileTable.EPISODES && present.contains(TS) ? TS : null;
    }

    List<FileTable> tables() {
        return Arrays.stream(FileTable.values()).filter(names::containsKey).toList();
    }

    boolean has(FileTable table) {
        return names.containsKey(table);
    }

    /** The names of a table's columns, of which null are not in the file. */
    List<@Nullable String> columns(FileTable table) {
        return Objects.requireNonNull(names.get(table), "asked of tables that it has");
    }

    /** The column with the time at which a row was made. */
    String made(FileTable table) {
        return Objects.requireNonNull(all.get(table), "asked of tables that it has").contains(CREATED) ? CREATED : TS;
    }

    /** The column with the time of a row's last change, if a row has one. */
    Optional<String> updated(FileTable table) {
        return Objects.requireNonNull(all.get(table), "asked of tables that it has").contains(UPDATED)
                ? Optional.of(UPDATED) : Optional.empty();
    }
}
