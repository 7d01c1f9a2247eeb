package io.agentdb.sync.attach.file;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/**
 * A file that native AgentDB has open, open here as well. One thread. Its mode is never changed, and it is neither
 * vacuumed nor truncated: agents work on it.
 */
public final class AttachedFile implements AutoCloseable {

    /** Below the 5 s after which AgentDB's own write gives up, while it waits for ours. */
    private static final int BUSY_MILLIS = 4_000;
    /**
     * What may not be closed any more, until this process ends: SQLite's last close of a file moves its WAL into it,
     * and that would destroy what somebody else has written in its place.
     */
    private static final Map<String, AttachedFile> LEFT_OPEN = new ConcurrentHashMap<>();

    /** What is done in one transaction. */
    public interface FileWork<T> {
        T in(Connection connection) throws SQLException;
    }

    private final FileIdentity identity;
    private final Connection connection;
    private final FileSchema schema;
    private long version = -1;

    private AttachedFile(FileIdentity identity, Connection connection, FileSchema schema) {
        this.identity = identity;
        this.connection = connection;
        this.schema = schema;
    }

    /**
     * @throws FileStopped if it is no file that can be kept in step
     * @throws SQLException if it cannot be opened for now
     */
    public static AttachedFile open(Path path) throws FileStopped, SQLException {
        FileIdentity identity = FileIdentity.open(path);
        try {
            if (LEFT_OPEN.containsKey(identity.key())) {
                throw new FileStopped("this process had the file open when somebody wrote over it, and cannot open it"
                        + " safely a second time: start the node again");
            }
            identity.check();
            SQLiteConfig config = new SQLiteConfig();
            config.resetOpenMode(SQLiteOpenMode.CREATE);
            config.setBusyTimeout(BUSY_MILLIS);
            config.enforceForeignKeys(true);
            Connection connection = config.createConnection("jdbc:sqlite:"
                    + path.toUri().toString().replace("file:///", "file:/"));
            try {
                FileSchema schema = FileSchema.read(connection);
                checkContent(connection);
                return new AttachedFile(identity, connection, schema);
            } catch (SQLException | FileStopped | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException | FileStopped | RuntimeException e) {
            identity.close();
            throw e;
        }
    }

    /** Whether a file could be kept in step, as far as its header tells. */
    public static boolean isNative(Path path) throws IOException {
        return FileIdentity.isWal(path);
    }

    /** The file itself, under whatever path. */
    public static String key(Path path) throws IOException {
        return FileIdentity.key(path);
    }

    public String key() {
        return identity.key();
    }

    public Connection connection() {
        return connection;
    }

    FileSchema schema() {
        return schema;
    }

    /** @throws FileStopped if it may not be written any more: then {@link #leave} it */
    public void look() throws FileStopped {
        identity.check();
    }

    /** Whether another program has committed something since the last call; true for the first. */
    public boolean hasMoved() throws SQLException {
        long now = number("pragma data_version");
        boolean moved = now != version;
        version = now;
        return moved;
    }

    /** To be told of everything at the next {@link #hasMoved}. */
    public void lookAgain() {
        version = -1;
    }

    /** One transaction that writes, from its beginning on; undone if the work fails. */
    public <T> T write(FileWork<T> work) throws SQLException, FileStopped {
        look();
        // By SQL: the driver's own transactions cannot be left where the file was busy at their beginning.
        run("begin immediate");
        try {
            T done = work.in(connection);
            run("commit");
            return done;
        } catch (SQLException | RuntimeException e) {
            rollBack(e);
            throw e;
        }
    }

    private void rollBack(Exception cause) {
        try {
            run("rollback");
        } catch (SQLException e) {
            // SQLite has undone it already, as where its disk is full.
            cause.addSuppressed(e);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    /** What a failure of SQLite's says of the file: damaged or replaced files are not tried again. */
    public static void stopIfDamaged(SQLException e) throws FileStopped {
        if (e instanceof SQLiteException failure) {
            String code = failure.getResultCode().name();
            if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) {
                throw new FileStopped("SQLite finds it damaged (" + code + "): a program with sql.js has most likely"
                        + " written into it at the same time; end all programs, mend it by sqlite3's .recover, and"
                        + " start the node again");
            }
            if (code.equals("SQLITE_READONLY_DBMOVED") || code.startsWith("SQLITE_IOERR")
                    || code.startsWith("SQLITE_READONLY")) {
                throw new FileStopped("SQLite cannot write it any more (" + code + "): it was moved, its disk is full"
                        + " or away, or its rights have changed; put that right, and start the node again");
            }
        }
    }

    private static void checkContent(Connection connection) throws SQLException, FileStopped {
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma trusted_schema = off");
            try (ResultSet row = statement.executeQuery("pragma quick_check(1)")) {
                String answer = row.next() ? row.getString(1) : "no answer";
                if (!answer.equals("ok")) {
                    throw new FileStopped("SQLite finds it damaged: end all programs that use it, mend it by"
                            + " sqlite3's .recover, and resume the attachment");
                }
            }
        } catch (SQLException e) {
            stopIfDamaged(e);
            throw e;
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** Lets go of a file that somebody has written over: without writing to it again, not even by closing it. */
    public void leave() {
        LEFT_OPEN.put(identity.key(), this);
    }

    @Override
    public void close() {
        try (identity) {
            look();
            connection.close();
        } catch (FileStopped e) {
            leave();
        } catch (SQLException e) {
            // SQLite has written nothing, and the WAL is there for whoever opens the file next.
        }
    }
}
