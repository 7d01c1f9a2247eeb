package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sqlite.SQLiteConfig;

/**
 * A file of AgentDB's, opened for reading. It comes from anywhere, so nothing in it is trusted: no view or virtual
 * table stands in for a table, and no function runs from its schema. One thread.
 */
final class SqliteFile implements AutoCloseable {

    static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    /** Where the header says how to read the file (SQLite's file format, section 1.3.3). */
    private static final int READ_VERSION = 19;
    private static final byte WAL = 2;
    private static final Set<String> OURS = Set.of("episodes", "skills", "skill_links", "causal_edges");

    private final Connection connection;
    private final long bytes;
    private final Map<String, Set<String>> tables = new TreeMap<>();

    /** Of a database that is open already, and known to be sound; closing is the caller's. */
    static SqliteFile over(Connection connection) throws SQLException {
        SqliteFile open = new SqliteFile(connection, Long.MAX_VALUE / 4);
        open.readTables();
        return open;
    }

    private SqliteFile(Connection connection, long bytes) {
        this.connection = connection;
        this.bytes = bytes;
    }

    /** Whether a file that begins so is SQLite's. */
    static boolean isMagic(byte[] start) {
        return Arrays.equals(start, MAGIC);
    }

    /** @throws InvalidInput if the file is not a sound database of AgentDB's */
    static SqliteFile open(Path file, boolean complete) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(READ_VERSION + 1);
            if (!isMagic(Arrays.copyOf(start, MAGIC.length))) {
                throw new InvalidInput("", start.length == 0 ? "the file is empty"
                        : "the file is not a SQLite database");
            }
            // A file that was closed properly looks the same, so that only the caller can tell.
            if (!complete && start.length > READ_VERSION && start[READ_VERSION] == WAL
                    && !Files.exists(Path.of(file + "-wal"))) {
                throw new WalMissing();
            }
        } catch (IOException e) {
            throw new InvalidInput("", "the file cannot be read");
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        // A lone file is opened as immutable: one in WAL mode wants to make files beside it otherwise, read-only or
        // not.
        String options = Files.exists(Path.of(file + "-wal")) ? "?mode=ro" : "?mode=ro&immutable=1";
        try {
            String uri = file.toUri().toString().replace("file:///", "file:/");
            Connection connection = config.createConnection("jdbc:sqlite:" + uri + options);
            SqliteFile opened = new SqliteFile(connection, file.toFile().length());
            try {
                opened.check();
                return opened;
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw damaged(e);
        }
    }

    static InvalidInput damaged(SQLException e) {
        String code = e.getMessage() == null ? "" : e.getMessage().replaceAll("(?s)^\\[(SQLITE_[A-Z_]+)].*", "$1");
        InvalidInput damaged = new InvalidInput("", "the SQLite database is damaged or cannot be read"
                + (code.startsWith("SQLITE_") && code.length() < 40 ? " (" + code + ")" : ""));
        damaged.initCause(e);
        return damaged;
    }

    private void check() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma trusted_schema = off");
            statement.execute("pragma cell_size_check = on");
            try (ResultSet row = statement.executeQuery("pragma quick_check(1)")) {
                String answer = row.next() ? row.getString(1) : "no answer";
                if (!"ok".equals(answer)) {
                    throw new InvalidInput("", "the SQLite database is damaged: " + SafeText.text(answer, 200));
                }
            }
        }
        readTables();
        if (tables.keySet().stream().noneMatch(OURS::contains)) {
            throw new InvalidInput(
                    "", "the SQLite database has none of AgentDB's tables episodes, skills, skill_links and"
                            + " causal_edges");
        }
    }

    private void readTables() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(
                    "select name from sqlite_master where type = 'table' and upper(substr(sql, 1, 12)) = 'CREATE"
                    + " TABLE'")) {
                while (row.next()) {
                    tables.put(row.getString(1), new LinkedHashSet<>());
                }
            }
            for (Map.Entry<String, Set<String>> table : tables.entrySet()) {
                try (ResultSet row = statement.executeQuery("pragma table_info(" + quoted(table.getKey()) + ")")) {
                    while (row.next()) {
                        table.getValue().add(row.getString("name"));
                    }
                }
            }
        }
    }

    /** A table's columns; empty if there is no such table. */
    Set<String> columns(String table) {
        return tables.getOrDefault(table, Set.of());
    }

    /** The file's size. */
    long bytes() {
        return bytes;
    }

    Connection connection() {
        return connection;
    }

    /** Rows in the tables that are imported. */
    long rows() {
        return tables.keySet().stream().filter(OURS::contains).mapToLong(this::count).sum();
    }

    /** Rows in the embeddings' tables. */
    long embeddings() {
        return tables.keySet().stream().filter(SqliteFile::isEmbeddings).mapToLong(this::count).sum();
    }

    /** Rows of the tables that have any and of which nothing is imported. */
    Map<String, Long> otherTables() {
        Map<String, Long> counts = new TreeMap<>();
        for (String table : tables.keySet()) {
            if (!OURS.contains(table) && !table.equals(SqliteQueries.EXPORT) && !isEmbeddings(table)
                    && !table.startsWith("sqlite_")) {
                counts.put(table, count(table));
            }
        }
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    private static boolean isEmbeddings(String table) {
        return table.endsWith("_embeddings");
    }

    private long count(String table) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + quoted(table))) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            throw damaged(e);
        }
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw damaged(e);
        }
    }
}
