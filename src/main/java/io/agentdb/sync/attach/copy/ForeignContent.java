package io.agentdb.sync.attach.copy;

import io.agentdb.sync.memory.transfer.AttachedRows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.sqlite.SQLiteConfig;

/** What a file has that a file of this node's making would not have. Reads copies that nobody else has open. */
final class ForeignContent {

    /** What is made anew; that of the last three is nothing but which row is which record. */
    private static final Set<String> CARRIED_OVER = Set.of("episodes", "episode_embeddings", "skills",
            "skill_embeddings", "skill_links", "causal_edges", "agentdb_sync_export", "agentdb_sync_map",
            "agentdb_sync_meta");

    private ForeignContent() {
    }

    /** In words, as "3 rows of its table notes"; empty if there is nothing. */
    static List<String> of(Path old, Path made) throws SQLException {
        List<String> foreign = new ArrayList<>();
        try (Connection before = open(old); Connection after = open(made)) {
            for (String table : names(before, "type = 'table' and name not like 'sqlite!_%' escape '!'")) {
                if (CARRIED_OVER.contains(table)) {
                    Set<String> columns = new TreeSet<>(AttachedRows.columns(before, table));
                    columns.removeAll(AttachedRows.columns(after, table));
                    if (!columns.isEmpty() && !table.startsWith("agentdb_sync_")) {
                        foreign.add("the columns " + String.join(", ", columns) + " of its table " + table);
                    }
                } else {
                    long rows = count(before, table);
                    if (rows > 0) {
                        foreign.add(rows + " rows of its table " + table);
                    }
                }
            }
            String virtual = "type = 'table' and sql like 'create virtual%'";
            names(before, virtual).forEach(name -> foreign.add("its virtual table " + name));
            Set<String> triggers = names(before, "type = 'trigger'");
            triggers.removeAll(names(after, "type = 'trigger'"));
            triggers.forEach(name -> foreign.add("its trigger " + name));
        }
        return foreign;
    }

    private static Connection open(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        Connection connection = config.createConnection("jdbc:sqlite:"
                + file.toUri().toString().replace("file:///", "file:/") + "?mode=ro&immutable=1");
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma trusted_schema = off");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static Set<String> names(Connection file, String condition) throws SQLException {
        Set<String> names = new LinkedHashSet<>();
        try (Statement statement = file.createStatement(); ResultSet row = statement.executeQuery(
                "select name from sqlite_master where " + condition + " order by name")) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }

    private static long count(Connection file, String table) throws SQLException {
        try (Statement statement = file.createStatement(); ResultSet row = statement.executeQuery(
                "select count(*) from \"" + table.replace("\"", "\"\"") + "\"")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
