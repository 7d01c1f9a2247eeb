package io.agentdb.sync.sqlite;

import io.agentdb.sync.home.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/** A SQLite file that is being made, and the statements on it. One thread; blocks for the disk. */
final class ExportFile implements AutoCloseable {

    /** Bytes that stay free on its disk: the node's database may be on the same. */
    static final long RESERVE = 256L << 20;

    private static final int PAGE = 4_096;

    private final Path path;
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    private ExportFile(Path path, Connection connection) {
        this.path = path;
        this.connection = connection;
    }

    /** @throws NoRoomForExport if there is no room to begin with */
    static ExportFile create(Scratch scratch) throws IOException {
        return create(scratch, Files.getFileStore(scratch.directory()).getUsableSpace());
    }

    /** @param free bytes on its disk */
    static ExportFile create(Scratch scratch, long free) throws IOException {
        long pages = (free - RESERVE) / PAGE;
        if (pages <= 0) {
            throw new NoRoomForExport();
        }
        Path path = scratch.file();
        SQLiteConfig config = new SQLiteConfig();
        // Nobody else sees it before it is whole; and what a kill leaves is thrown away.
        config.setJournalMode(SQLiteConfig.JournalMode.OFF);
        config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
        config.setPageSize(PAGE);
        config.setMaxPageCount((int) Math.min(pages, Integer.MAX_VALUE));
        try {
            ExportFile file = new ExportFile(path, config.createConnection("jdbc:sqlite:" + path));
            file.connection.setAutoCommit(false);
            try (Statement statement = file.connection.createStatement()) {
                statement.executeUpdate(ExportSchema.sql());
            }
            return file;
        } catch (SQLException e) {
            Files.deleteIfExists(path);
            throw failed(e);
        }
    }

    Path path() {
        return path;
    }

    /** @param values texts, numbers, bytes and nulls */
    void insert(String sql, @Nullable Object... values) {
        try {
            PreparedStatement statement = prepared(sql, values);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The row of a record in its table; 0 if it is in none. */
    long row(String kind, UUID id) {
        try (ResultSet row = prepared("select row from agentdb_sync_export where id = ? and kind = ?", id.toString(),
                kind).executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    interface RowReader {
        void row(ResultSet row) throws SQLException;
    }

    void each(String sql, RowReader reader) {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                reader.row(row);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    void finish() {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private PreparedStatement prepared(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private static RuntimeException failed(SQLException e) {
        return e.getErrorCode() == SQLiteErrorCode.SQLITE_FULL.code ? new NoRoomForExport()
                : new IllegalStateException("the export's file cannot be written: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
