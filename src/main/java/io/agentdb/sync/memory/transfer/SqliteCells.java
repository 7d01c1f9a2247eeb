package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.MalformedJson;
import io.agentdb.sync.memory.input.FieldReader;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * SQLite's cells as JSON, and the ids of what its rows refer to. SQLite lets every cell have any type;
 * {@link FieldReader} checks it.
 */
final class SqliteCells {

    private SqliteCells() {
    }

    /** @param field the name to give it; nothing is put for NULL */
    static void put(ObjectNode fields, String field, ResultSet row, String column, Column.Type type)
            throws SQLException {
        Object value = row.getObject(column);
        if (value instanceof byte[]) {
            throw new InvalidInput(field, "is a blob, or has more than 4 MiB");
        } else if (value instanceof String text) {
            // Where there should be JSON, nothing means none.
            if (!text.isEmpty() || type == Column.Type.TEXT) {
                fields.put(field, text.indexOf('\ufffd') < 0 ? text : decoded(field, row.getBytes(column), text));
            }
        } else if (value instanceof Double number) {
            fields.put(field, number);
        } else if (value instanceof Number number) {
            long whole = number.longValue();
            if (type == Column.Type.BOOLEAN && (whole == 0 || whole == 1)) {
                fields.put(field, whole == 1);
            } else {
                fields.put(field, whole);
            }
        }
    }

    /** The driver replaces what is not UTF-8, which would store another text than the file has. */
    private static String decoded(String field, byte[] bytes, String text) {
        if (text.equals(new String(bytes, StandardCharsets.UTF_8))) {
            try {
                return JsonText.utf8(bytes, bytes.length);
            } catch (MalformedJson e) {
                throw new InvalidInput(field, e.reason().replaceFirst("^it ", ""));
            }
        }
        return text;
    }

    static void dropIf(ObjectNode fields, String field, Predicate<JsonNode> absent) {
        if (fields.has(field) && absent.test(fields.get(field))) {
            fields.remove(field);
        }
    }

    private static @Nullable UUID given(@Nullable String id) {
        try {
            return id == null ? null : UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new InvalidInput("id", "of the row in the file's table " + SqliteQueries.MAP + " or "
                    + SqliteQueries.EXPORT + " is no UUID");
        }
    }

    /** The id of an episode, from the columns of {@link SqliteQueries#identity}. */
    static UUID episode(ResultSet row, String prefix) throws SQLException {
        UUID given = given(row.getString(prefix + "_given"));
        if (given != null) {
            return given;
        }
        StringBuilder text = new StringBuilder("episode");
        for (String column : SqliteQueries.EPISODE) {
            text.append('|').append(row.getString(prefix + "_" + column));
        }
        return Identity.foreign(text.toString());
    }

    /** The id of an edge's end; of one that is not in the file, an id made of what it is called. */
    static UUID end(ResultSet row, String end) throws SQLException {
        UUID given = given(row.getString(end + "_end"));
        if (given != null) {
            return given;
        }
        String skill = row.getString(end + "_skill");
        if (skill != null && !skill.isEmpty()) {
            return Identity.skill(skill);
        }
        return row.getString(end + "_row") != null ? episode(row, end)
                : Identity.foreign(row.getString(end + "_kind") + "|" + row.getString(end + "_key"));
    }
}
