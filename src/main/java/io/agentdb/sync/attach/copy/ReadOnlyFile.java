package io.agentdb.sync.attach.copy;

import io.agentdb.sync.attach.file.AttachedFile;
import io.agentdb.sync.home.Scratch;
import io.agentdb.sync.memory.InvalidInput;
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
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * A file that is only read: a whole copy of it is imported once it has been still for a while. SQLite never opens a
 * file that a program with sql.js writes, since that notices neither our locks nor our rows. One thread.
 */
public final class ReadOnlyFile {

    /** As a save of a large file takes. */
    private static final Duration STILL = Duration.ofSeconds(1);
    /** One that is saved again and again is copied all the same: what is torn is seen. */
    private static final Duration LONG = Duration.ofSeconds(30);
    /** After a failure, before the next copy. */
    private static final Duration LATER = Duration.ofSeconds(10);

    private final Path path;
    private final Importer importer;
    private final Scratch scratch;
    private String seen = "";
    private String imported = "";
    private long seenAt;
    private long waitedSince;
    private long notBefore = System.nanoTime();
    private @Nullable InvalidInput refused;

    public ReadOnlyFile(Path path, Importer importer, Scratch scratch) {
        this.path = path;
        this.importer = importer;
        this.scratch = scratch;
        this.waitedSince = System.nanoTime();
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
        long time = System.nanoTime();
        if (now.equals(imported)) {
            waitedSince = time;
            if (refused != null) {
                throw refused;
            }
            return Optional.empty();
        }
        if (!now.equals(seen)) {
            seen = now;
            seenAt = time;
        }
        if (time - seenAt < STILL.toNanos() && time - waitedSince < LONG.toNanos() || time - notBefore < 0) {
            return Optional.empty();
        }
        notBefore = time + LATER.toNanos();
        Path copy = scratch.file();
        try {
            copy(copy);
            if (!now.equals(state())) {
                // It may be torn.
                notBefore = time;
                return Optional.empty();
            }
            imported = now;
            refused = null;
            ImportReport report = taken(copy);
            notBefore = time;
            return Optional.of(Kind.ALL.stream().mapToLong(kind -> report.of(kind).created()).sum());
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private ImportReport taken(Path copy) {
        try {
            return importer.sqlite(copy, true);
        } catch (InvalidInput e) {
            // The same bytes would be refused each time.
            refused = e;
            throw e;
        } catch (RuntimeException e) {
            imported = "";
            throw e;
        }
    }

    private void copy(Path copy) throws IOException, SQLException {
        if (!AttachedFile.isNative(path)) {
            Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
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
