package io.agentdb.sync.attach.copy;

import io.agentdb.sync.attach.file.AttachedFile;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.memory.transfer.Importer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.sqlite.SQLiteConfig;

/**
 * A file that is only read: a whole copy of it is imported once it has been still for a while. SQLite never opens a
 * file that a program with sql.js writes, since that notices neither our locks nor our rows. One thread.
 */
public final class ReadOnlyFile {

    /** As a save of a large file takes. */
    private static final Duration STILL = Duration.ofSeconds(1);

    private final Path path;
    private final Importer importer;
    private String seen = "";
    private String imported = "";
    private long seenAt;

    public ReadOnlyFile(Path path, Importer importer) {
        this.path = path;
        this.importer = importer;
    }

    /**
     * Imports what is new in it, if it has changed and is still.
     *
     * @return how many records came of it; empty if nothing was to be done yet
     * @throws IOException if it cannot be read
     * @throws SQLException if native SQLite has it, and cannot make a copy for now
     */
    public Optional<Long> look() throws IOException, SQLException {
        String now = state();
        if (!now.equals(seen)) {
            seen = now;
            seenAt = System.nanoTime();
        }
        if (now.equals(imported) || System.nanoTime() - seenAt < STILL.toNanos()) {
            return Optional.empty();
        }
        Path directory = Files.createTempDirectory("agentdb-attach");
        Path copy = directory.resolve("copy.sqlite");
        try {
            copy(copy);
            if (!now.equals(state())) {
                // It may be torn.
                return Optional.empty();
            }
            ImportReport report = importer.sqlite(copy, true);
            imported = now;
            return Optional.of(Kind.ALL.stream().mapToLong(kind -> report.of(kind).created()).sum());
        } finally {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(directory);
        }
    }

    private void copy(Path copy) throws IOException, SQLException {
        if (!AttachedFile.isNative(path)) {
            Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
            return;
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        try (Connection connection = config.createConnection("jdbc:sqlite:"
                + path.toUri().toString().replace("file:///", "file:/") + "?mode=ro");
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("vacuum into '" + copy.toString().replace("'", "''") + "'");
        }
    }

    /** What changes with every save, and with every row in the WAL. */
    private String state() throws IOException {
        return state(path) + state(Path.of(path + "-wal"));
    }

    static String state(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.size() + " " + attributes.lastModifiedTime() + ";";
        } catch (NoSuchFileException e) {
            return "none;";
        }
    }
}
