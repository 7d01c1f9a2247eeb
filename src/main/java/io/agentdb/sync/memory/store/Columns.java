package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/** A kind's columns in SQL, and its rows in Java. */
public final class Columns {

    private Columns() {
    }

    /** {@code a, b, c}; with a prefix {@code t.a, t.b, t.c}. */
    public static String list(Kind kind, String prefix) {
        return kind.columns().stream().map(column -> prefix + column.name()).collect(Collectors.joining(", "));
    }

    public static String select(Kind kind) {
        return "select id, " + list(kind, "") + " from " + kind.name();
    }

    /** Rows of {@link #select}. */
    public static <T extends MemoryRecord> RowMapper<T> rows(Shape<T> shape) {
        List<Column> columns = shape.kind().columns();
        return (row, number) -> {
            Object[] values = new Object[columns.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value(columns.get(i).type(), row, i + 2);
            }
            return shape.item(row.getObject(1, UUID.class), Content.of(values));
        };
    }

    private static @Nullable Object value(Column.Type type, ResultSet row, int i) throws SQLException {
        return switch (type) {
            case TEXT, JSON -> row.getString(i);
            case LONG -> row.getObject(i, Long.class);
            case DOUBLE -> row.getObject(i, Double.class);
            case BOOLEAN -> row.getObject(i, Boolean.class);
            // Not as a Timestamp, which counts days before 1582 in another calendar.
            case TIMESTAMP -> {
                OffsetDateTime time = row.getObject(i, OffsetDateTime.class);
                yield time == null ? null : time.toInstant();
            }
            case TEXT_ARRAY -> {
                Array array = row.getArray(i);
                yield array == null ? null : List.of((String[]) array.getArray());
            }
            case UUID -> row.getObject(i, UUID.class);
        };
    }
}
