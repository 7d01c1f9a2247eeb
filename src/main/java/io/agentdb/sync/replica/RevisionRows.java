package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Between a kind's rows and {@link Revision}s; the SQL of every reader of versions selects through here. */
public final class RevisionRows {

    /** The version columns, as every reader selects them. */
    public static final String VERSION = "id, actor, counter, xid, context::text as context, hlc, feed_xid, choice";

    private RevisionRows() {
    }

    /** The content columns of a kind's table. */
    public static String content(Kind kind) {
        return kind.columns().stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /** The content columns of a kind's table, and what merging needs beside them. */
    public static String whole(Kind kind) {
        return content(kind) + ", unknown_fields, field_hlc::text as field_hlc, tallies::text as tallies";
    }

    /**
     * All of a row's content as one text, for digests: fields that nobody has leave it as releases wrote it that do not
     * know of them. A slice begins at 1: an array that somebody began elsewhere would be another text than the same
     * array on a peer.
     */
    public static String digested(Kind kind, String row) {
        String columns = kind.columns().stream().map(column -> column.type() == Column.Type.TEXT_ARRAY
                ? column.name() + "[:]" : column.name())
                .collect(Collectors.joining(", "));
        return "(row(" + row + columns + ")::text || coalesce(unknown_fields, ''))";
    }

    /** What a tombstone has in place of content columns: typed nulls. */
    public static String noContent(Kind kind) {
        return kind.columns().stream().map(column -> "null::" + sqlType(column)).collect(Collectors.joining(", "))
                + ", null::text, null::text, null::text";
    }

    public static Revision revision(Kind kind, ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        return row.getBoolean("deleted") ? new Revision(kind, id, version(row), null)
                : new Revision(kind, id, version(row), content(kind, row),
                        History.of(row.getString("field_hlc"), row.getString("tallies")));
    }

    public static Version version(ResultSet row) throws SQLException {
        return new Version(new Dot(new Actor(row.getString("actor")), row.getLong("counter"), row.getLong("xid")),
                ContextJson.parse(row.getString("context")), row.getLong("hlc"), row.getBoolean("choice"));
    }

    private static Content content(Kind kind, ResultSet row) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>(kind.columns().size());
        for (Column column : kind.columns()) {
            values.add(value(column, row));
        }
        return new Content(values, row.getString("unknown_fields"));
    }

    private static @Nullable Object value(Column column, ResultSet row) throws SQLException {
        String name = column.name();
        Object value = switch (column.type()) {
            case TEXT, JSON -> row.getString(name);
            case LONG -> row.getLong(name);
            case DOUBLE -> row.getDouble(name);
            case BOOLEAN -> row.getBoolean(name);
            case UUID -> row.getObject(name, UUID.class);
            case TIMESTAMP -> instant(row.getObject(name, OffsetDateTime.class));
            case TEXT_ARRAY -> texts(row.getArray(name));
        };
        return row.wasNull() ? null : value;
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
        return array == null ? null : List.copyOf(Arrays.asList((String[]) array.getArray()));
    }

    private static String sqlType(Column column) {
        return switch (column.type()) {
            case TEXT -> "text";
            case LONG -> "bigint";
            case DOUBLE -> "float8";
            case BOOLEAN -> "boolean";
            case TIMESTAMP -> "timestamptz";
            case JSON -> "jsonb";
            case TEXT_ARRAY -> "text[]";
            case UUID -> "uuid";
        };
    }
}
