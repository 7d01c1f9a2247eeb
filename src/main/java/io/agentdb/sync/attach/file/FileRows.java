package io.agentdb.sync.attach.file;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.transfer.AttachedRows;
import io.agentdb.sync.memory.transfer.AttachedRows.FileRow;
import io.agentdb.sync.memory.transfer.AttachedRows.RowsRead;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** AgentDB's rows, as they stand in the file. In a transaction of the caller's, if there is one. One thread. */
public final class FileRows {

    /**
     * A row as it is, and what it says.
     *
     * @param ends the row numbers of an edge's ends, zeros of other tables
     */
    public record PresentRow(FileRow row, Print print, long[] ends) { }

    /** @param refused by row number, why it is no record */
    public record PresentRows(Map<Long, PresentRow> rows, Map<Long, String> refused) { }

    private final Connection connection;

    public FileRows(Connection connection) {
        this.connection = connection;
    }

    public PresentRows read(FileTable table, Collection<Long> numbers) throws SQLException {
        RowsRead read = AttachedRows.read(connection, table.table(), numbers);
        Map<Long, long[]> ends = ends(table, numbers);
        Map<Long, PresentRow> rows = new LinkedHashMap<>();
        for (FileRow row : read.rows()) {
            long[] of = ends.getOrDefault(row.row(), new long[2]);
            rows.put(row.row(), new PresentRow(row, Print.of(table, Cells.of(table, row.content(), of)), of));
        }
        return new PresentRows(rows, read.refused());
    }

    /** What a record's row says, or would say. */
    public static Print print(FileTable table, Content content, long... ends) {
        return Print.of(table, Cells.of(table, content, ends));
    }

    /** @return the number of the new row */
    public long insert(FileTable table, Content content, long... ends) throws SQLException {
        List<String> columns = new ArrayList<>(Cells.columns(table).stream().map(Cell::column).toList());
        List<@Nullable Object> values = new ArrayList<>();
        Collections.addAll(values, Cells.of(table, content, ends));
        if (table == FileTable.SKILLS || table == FileTable.CAUSAL_EDGES) {
            columns.add("updated_at");
            Object updated = content.get(table.kind().indexOf("updated_at"));
            Object created = content.get(table.kind().indexOf("created_at"));
            values.add(((Instant) Objects.requireNonNull(updated == null ? created : updated)).getEpochSecond());
        }
        try (PreparedStatement insert = connection.prepareStatement("insert into " + table.table() + " ("
                + String.join(", ", columns) + ") values ("
                + String.join(", ", Collections.nCopies(columns.size(), "?")) + ") returning id")) {
            bind(insert, values, 1);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    public void update(FileTable table, long number, Content content, long... ends) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        Collections.addAll(values, Cells.of(table, content, ends));
        values.add(number);
        try (PreparedStatement update = connection.prepareStatement("update " + table.table() + " set "
                + Cells.columns(table).stream().map(cell -> cell.column() + " = ?").collect(Collectors.joining(", "))
                + " where id = ?")) {
            bind(update, values, 1);
            update.executeUpdate();
        }
    }

    public void delete(FileTable table, long number) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from " + table.table()
                + " where id = ?")) {
            delete.setLong(1, number);
            delete.executeUpdate();
        }
    }

    /** Numbers of rows that are no record yet, and are ready to be one. */
    public List<Long> unmapped(FileTable table, long after, long createdBefore, int most) throws SQLException {
        String vector = table.vectors().map(vectors -> " and (t.created_at < " + createdBefore
                + " or exists (select 1 from " + vectors + " v where v." + table.vectorsKey() + " = t.id))").orElse("");
        return numbers("select t.id from " + table.table() + " t where t.id > ? and not exists (select 1 from"
                + " agentdb_sync_map m where m.kind = '" + table.table() + "' and m.row = t.id)" + vector
                + " order by t.id limit ?", after, most);
    }

    /** The highest number in a table; 0 of an empty one. */
    public long newest(FileTable table) throws SQLException {
        return numbers("select coalesce(max(id), 0) from " + table.table()).get(0);
    }

    /** Rows of the links that lead from or to a skill. */
    public List<Long> linksOf(long skill) throws SQLException {
        return numbers("select id from skill_links where parent_skill_id = ? or child_skill_id = ?", skill, skill);
    }

    /** Rows of no record yet that a record's row would be in the way of, or would double. */
    public List<Long> rivals(FileTable table, Content content, long... ends) throws SQLException {
        @Nullable Object[] cells = Cells.of(table, content, ends);
        String unmapped = " and not exists (select 1 from agentdb_sync_map m where m.kind = '" + table.table()
                + "' and m.row = t.id)";
        String from = "select t.id from " + table.table() + " t where ";
        return switch (table) {
            case EPISODES -> numbers(from + "ts = ? and session_id = ? and task = ?" + unmapped, cells[0], cells[1],
                    cells[2]);
            case SKILLS -> numbers(from + "name = ?" + unmapped, cells[0]);
            case SKILL_LINKS -> numbers(from + "parent_skill_id = ? and child_skill_id = ? and relationship = ?"
                    + unmapped, cells[0], cells[1], cells[2]);
            case CAUSAL_EDGES -> numbers(from + "from_memory_id = ? and from_memory_type = ? and to_memory_id = ?"
                    + " and to_memory_type = ? and mechanism is ?" + unmapped, cells[0], cells[1], cells[2], cells[3],
                    content.get(table.kind().indexOf("mechanism")));
        };
    }

    private List<Long> numbers(String sql, @Nullable Object... values) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                query.setObject(i + 1, values[i]);
            }
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    numbers.add(row.getLong(1));
                }
            }
        }
        return numbers;
    }

    private Map<Long, long[]> ends(FileTable table, Collection<Long> numbers) throws SQLException {
        Map<Long, long[]> ends = new LinkedHashMap<>();
        List<String> columns = Cells.columns(table).stream().filter(cell -> cell.field() == null).map(Cell::column)
                .toList();
        if (!columns.isEmpty() && !numbers.isEmpty()) {
            try (PreparedStatement query = connection.prepareStatement("select id, " + String.join(", ", columns)
                    + " from " + table.table() + " where id in ("
                    + numbers.stream().map(String::valueOf).collect(Collectors.joining(",")) + ")");
                    ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    ends.put(row.getLong(1), new long[] {row.getLong(2), row.getLong(3)});
                }
            }
        }
        return ends;
    }

    private static void bind(PreparedStatement statement, List<@Nullable Object> values, int first)
            throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(first + i, values.get(i));
        }
    }
}
