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
    private final FileSchema schema;

    public FileRows(AttachedFile file) {
        this.connection = file.connection();
        this.schema = file.schema();
    }

    /** The tables that the file has. */
    public List<FileTable> tables() {
        return schema.tables();
    }

    public PresentRows read(FileTable table, Collection<Long> numbers) throws SQLException {
        RowsRead read = AttachedRows.read(connection, table.table(), numbers);
        Map<Long, long[]> ends = ends(table, numbers);
        Map<Long, PresentRow> rows = new LinkedHashMap<>();
        for (FileRow row : read.rows()) {
            long[] of = ends.getOrDefault(row.row(), new long[2]);
            rows.put(row.row(), new PresentRow(row, print(table, row.content(), of), of));
        }
        return new PresentRows(rows, read.refused());
    }

    /** What a record's row says, or would say. */
    public Print print(FileTable table, Content content, long... ends) {
        @Nullable Object[] cells = Cells.of(table, content, ends);
        List<@Nullable String> columns = schema.columns(table);
        for (int i = 0; i < cells.length; i++) {
            // What the file has no column for is in no row of it, and so never differs.
            cells[i] = columns.get(i) == null ? null : cells[i];
        }
        return Print.of(table, cells);
    }

    /** @return the number of the new row */
    public long insert(FileTable table, Content content, long... ends) throws SQLException {
        Map<String, @Nullable Object> row = cells(table, content, ends);
        schema.updated(table).ifPresent(column -> {
            Object updated = content.get(table.kind().indexOf("updated_at"));
            Object created = content.get(table.kind().indexOf("created_at"));
            row.put(column, ((Instant) Objects.requireNonNull(updated == null ? created : updated)).getEpochSecond());
        });
        try (PreparedStatement insert = connection.prepareStatement("insert into " + table.table() + " ("
                + String.join(", ", row.keySet()) + ") values ("
                + String.join(", ", Collections.nCopies(row.size(), "?")) + ") returning id")) {
            bind(insert, row.values());
            try (ResultSet inserted = insert.executeQuery()) {
                inserted.next();
                return inserted.getLong(1);
            }
        }
    }

    public void update(FileTable table, long number, Content content, long... ends) throws SQLException {
        Map<String, @Nullable Object> row = cells(table, content, ends);
        List<@Nullable Object> values = new ArrayList<>(row.values());
        values.add(number);
        try (PreparedStatement update = connection.prepareStatement("update " + table.table() + " set "
                + row.keySet().stream().map(column -> column + " = ?").collect(Collectors.joining(", "))
                + " where id = ?")) {
            bind(update, values);
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

    /**
     * A row that is no record yet.
     *
     * @param ready whether it waits for no vector: it has one, or was made before the time that was asked for
     */
    public record NewRow(long number, boolean ready) { }

    /** In the order of their numbers. */
    public List<NewRow> unmapped(FileTable table, long after, long createdBefore, int most) throws SQLException {
        // Text, milliseconds or the future say nothing of when a row was made.
        String ready = table.vectors().map(vectors -> "(typeof(t." + schema.made(table) + ") in ('integer', 'real')"
                + " and t." + schema.made(table) + " < " + createdBefore + ") or exists (select 1 from " + vectors
                + " v where v." + table.vectorsKey() + " = t.id)").orElse("1");
        List<NewRow> rows = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("select t.id, " + ready + " from " + table.table()
                + " t where t.id > ? and not exists (select 1 from agentdb_sync_map m where m.kind = '" + table.table()
                + "' and m.row = t.id) order by t.id limit ?")) {
            query.setLong(1, after);
            query.setInt(2, most);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    rows.add(new NewRow(row.getLong(1), row.getBoolean(2)));
                }
            }
        }
        return rows;
    }

    /** The highest number in a table; 0 of an empty one. */
    public long newest(FileTable table) throws SQLException {
        return numbers("select coalesce(max(id), 0) from " + table.table()).get(0);
    }

    /** Rows of the links that lead from or to a skill. */
    public List<Long> linksOf(long skill) throws SQLException {
        return !schema.has(FileTable.SKILL_LINKS) ? List.of()
                : numbers("select id from skill_links where parent_skill_id = ? or child_skill_id = ?", skill, skill);
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

    /** What a record's row has, by the file's columns. */
    private Map<String, @Nullable Object> cells(FileTable table, Content content, long... ends) {
        @Nullable Object[] cells = Cells.of(table, content, ends);
        List<@Nullable String> columns = schema.columns(table);
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < cells.length; i++) {
            String column = columns.get(i);
            if (column != null) {
                row.put(column, cells[i]);
            }
        }
        return row;
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

    private static void bind(PreparedStatement statement, Collection<@Nullable Object> values) throws SQLException {
        int place = 0;
        for (Object value : values) {
            statement.setObject(++place, value);
        }
    }
}
