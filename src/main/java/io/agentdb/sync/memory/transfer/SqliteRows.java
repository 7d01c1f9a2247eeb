package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.input.Edits;
import io.agentdb.sync.memory.input.FieldNames;
import io.agentdb.sync.memory.input.ParsedFields;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * AgentDB's rows as records, one after the other. Its row numbers become ids that are the same whenever the same file
 * is imported, and that another file does not have. One thread.
 */
final class SqliteRows {

    /**
     * Text that is in the file takes a byte of it; a column's default takes none, and may be a million times as long.
     */
    private static final long MOST_FOR_EACH_BYTE = 2;
    private static final long MOST_AT_LEAST = 16 << 20;

    private final SqliteFile file;
    private final RowSink sink;
    private final SqliteQueries queries;
    private final List<String> notes = new ArrayList<>();
    private long characters;
    private long sameEnds;
    private long otherMechanisms;

    SqliteRows(SqliteFile file, RowSink sink) {
        this.file = file;
        this.sink = sink;
        this.queries = new SqliteQueries(file);
    }

    void read() {
        each("episodes", Kind.EPISODES, queries.episodes(), SqliteRows::episode);
        each("skills", Kind.SKILLS, queries.skills(), SqliteRows::skill);
        each("skill_links", Kind.EDGES, queries.links(), SqliteRows::link);
        each("causal_edges", Kind.EDGES, queries.causal(), (row, fields) -> {
            ends(row, fields);
            fields.put("relationship", "causal");
            if (row.getInt("place") > 1) {
                sink.merged(Kind.EDGES);
                sameEnds++;
                otherMechanisms += row.getInt("otherwise");
                return false;
            }
            return true;
        });
        noteWhatBecameOne();
    }

    /** Those rows of one table, in no order. */
    void read(String table, String rowids) {
        String only = " where t.rowid in (" + rowids + ")";
        switch (table) {
            case "episodes" -> rows(table, Kind.EPISODES, queries.episodes() + only, SqliteRows::episode);
            case "skills" -> rows(table, Kind.SKILLS, queries.skills() + only, SqliteRows::skill);
            case "skill_links" -> rows(table, Kind.EDGES, queries.links() + only, SqliteRows::link);
            case "causal_edges" -> rows(table, Kind.EDGES, queries.everyCausal() + only, (row, fields) -> {
                ends(row, fields);
                fields.put("relationship", "causal");
                return true;
            });
            default -> throw new IllegalArgumentException("no table of AgentDB's: " + table);
        }
    }

    private static boolean episode(ResultSet row, ObjectNode fields) throws SQLException {
        fields.put("id", SqliteCells.episode(row, "own").toString());
        // AgentDB writes neither: they are its way to say that there is none.
        SqliteCells.dropIf(fields, "input", node -> node.isString() && node.stringValue().isEmpty());
        SqliteCells.dropIf(fields, "latency_ms", node -> node.isNumber() && node.doubleValue() == 0);
        return true;
    }

    private static boolean skill(ResultSet row, ObjectNode fields) throws SQLException {
        String origin = row.getString("origin_key");
        if (origin != null && !origin.equals("0")) {
            UUID episode = row.getString("origin_row") == null
                    ? Identity.foreign("episode|" + origin) : SqliteCells.episode(row, "origin");
            fields.put("created_from_episode", episode.toString());
        }
        return true;
    }

    private static boolean link(ResultSet row, ObjectNode fields) throws SQLException {
        ends(row, fields);
        coOccurrences(fields);
        // Not the time of this import: two nodes that import the same file should have the same edge.
        SqliteCells.put(fields, "created_at", row, "since", Column.Type.TIMESTAMP);
        return true;
    }

    private void noteWhatBecameOne() {
        if (sameEnds > 0) {
            notes.add("causal_edges: " + sameEnds
                    + " rows are not carried over, since an edge is known by its ends and of rows"
                    + " with the same ends the one that was updated last is taken" + (otherMechanisms == 0 ? ""
                    : "; " + otherMechanisms + " of them say another mechanism, which is only in the file"));
        }
    }

    /** What the rows had and no record has. */
    List<String> notes() {
        return notes;
    }

    private interface Mapping {
        /**
         * Adds to the fields what the columns' names alone do not say.
         *
         * @return false to leave the row out
         */
        boolean complete(ResultSet row, ObjectNode fields) throws SQLException;
    }

    private void each(String table, Kind kind, String sql, Mapping mapping) {
        Set<String> columns = file.columns(table);
        if (columns.isEmpty()) {
            return;
        }
        List<String> missing = SqliteQueries.REQUIRED.getOrDefault(table, List.of()).stream()
                .filter(c -> !columns.contains(c)).toList();
        if (!missing.isEmpty()) {
            throw new InvalidInput("", "the table " + table + " is not AgentDB's: it has no "
                    + String.join(", ", missing));
        }
        try (Statement statement = file.connection().createStatement()) {
            for (String column : queries.ignored(table, kind)) {
                try (ResultSet any = statement.executeQuery("select 1 from " + table + " where "
                        + SqliteFile.quoted(column) + " is not null limit 1")) {
                    if (any.next()) {
                        notes.add(SafeText.text(table + "." + column, 100) + " is not carried over");
                    }
                }
            }
        } catch (SQLException e) {
            throw SqliteFile.damaged(e);
        }
        rows(table, kind, sql, mapping);
    }

    private void rows(String table, Kind kind, String sql, Mapping mapping) {
        try (Statement statement = file.connection().createStatement(); ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                one(table, kind, row, mapping);
            }
        } catch (SQLException e) {
            throw SqliteFile.damaged(e);
        }
    }

    private void one(String table, Kind kind, ResultSet row, Mapping mapping) throws SQLException {
        RowOrigin source = new RowOrigin(table, row.getLong("row"));
        if (characters > MOST_FOR_EACH_BYTE * file.bytes() + MOST_AT_LEAST) {
            throw new InvalidInput("", "the rows hold far more text than a SQLite file of " + file.bytes()
                    + " bytes can have, by a" + " column's default for one (row " + source.row() + " of " + table
                            + "); an earlier part may be stored");
        }
        try {
            ObjectNode fields = JsonText.MAPPER.createObjectNode();
            for (String column : queries.carried(table, kind)) {
                Column.Type type = kind.columns().get(FieldNames.column(kind, column).orElseThrow()).type();
                SqliteCells.put(fields, column, row, column, type);
                characters += fields.path(column).isString() ? fields.path(column).stringValue().length() : 0;
            }
            if (queries.isMadeAtTs(table)) {
                SqliteCells.put(fields, "created_at", row, "made_at", Column.Type.TIMESTAMP);
            }
            if (mapping.complete(row, fields)) {
                ParsedFields draft = ParsedFields.read(kind, fields);
                Content content = draft.content(Importer::absent);
                sink.add(kind, new Row(source, Edits.identified(kind, draft.id(), content), content,
                        kind == Kind.EDGES ? null : row.getBytes("vector")));
            }
        } catch (InvalidInput e) {
            sink.failed(source, kind, e);
        }
    }

    private static void ends(ResultSet row, ObjectNode fields) throws SQLException {
        for (String end : List.of("from", "to")) {
            fields.put(end + "_id", SqliteCells.end(row, end).toString());
            SqliteCells.put(fields, end + "_type", row, end + "_kind", Column.Type.TEXT);
        }
    }

    private static void coOccurrences(ObjectNode fields) {
        JsonNode metadata = fields.get("metadata");
        if (metadata != null && metadata.isString() && !fields.has("co_occurrences")) {
            JsonNode count = JsonText.parse(metadata.stringValue()).get("coOccurrences");
            if (count != null && count.isIntegralNumber()) {
                fields.set("co_occurrences", count);
            }
        }
    }
}
