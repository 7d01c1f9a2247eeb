package io.agentdb.sync.attach.copy;

import io.agentdb.sync.attach.file.AttachedFile;
import io.agentdb.sync.home.DurableMove;
import io.agentdb.sync.home.Scratch;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.memory.transfer.Importer;
import io.agentdb.sync.sqlite.SqliteExport;
import io.agentdb.sync.sqlite.SqliteExporter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Puts a new file with everything that this node has in the place of one that is only read, when a person says that no
 * agent uses it: nobody else can know. Under the lock that AgentDB 3 takes for its saves, so that one of those loses
 * nothing. Thread-safe; blocks for the database and the disk.
 */
@Component
public class WriteBack {

    /** Who has just saved will most likely do it again. */
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
            .withZone(ZoneOffset.UTC);
    private static final String END_THEM = "; end the programs that use it, and try again";

    /** Where the new file comes from. */
    public interface NewFile {
        SqliteExport make(Collection<Kind> kinds) throws IOException;
    }

    private final Importer importer;
    private final NewFile files;
    private final Scratch scratch;

    @Autowired
    WriteBack(Importer importer, SqliteExporter exporter, Scratch scratch) {
        this(importer, exporter::export, scratch);
    }

    public WriteBack(Importer importer, NewFile files, Scratch scratch) {
        this.importer = importer;
        this.files = files;
        this.scratch = scratch;
    }

    /**
     * @param file that an attachment only reads
     * @throws NotWrittenBack if it is not safe; then the file is as it was, and its new rows are records here
     * @throws IOException if the disk fails; then too
     */
    public WrittenBack write(Path file) throws NotWrittenBack, IOException, SQLException {
        check(file);
        Path lock = Path.of(file + ".agentdb.lock");
        try {
            Files.createFile(lock);
        } catch (FileAlreadyExistsException e) {
            throw new NotWrittenBack("AgentDB's lock " + lock.getFileName() + " is there: a program saves the file just"
                    + " now, or one was killed while it did. If no program uses the file, delete the lock, and try"
                    + " again.");
        }
        @Nullable Path copy = null;
        try {
            copy = scratch.file();
            Files.writeString(lock, ProcessHandle.current().pid() + "\n");
            return write(file, copy);
        } finally {
            Files.deleteIfExists(lock);
            if (copy != null) {
                Files.deleteIfExists(copy);
            }
        }
    }

    private WrittenBack write(Path file, Path copy) throws NotWrittenBack, IOException, SQLException {
        String before = ReadOnlyFile.state(file);
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        checkSame(file, before, copy);
        ImportReport taken = importer.sqlite(copy, true);
        if (taken.errorCount() > 0) {
            throw new NotWrittenBack(taken.errorCount() + " of its rows are no valid records, and would be lost, the"
                    + " first: " + taken.errors().get(0).error() + ". Mend or delete them first.");
        }
        if (taken.of(Kind.EDGES).merged() > 0) {
            throw new NotWrittenBack(taken.of(Kind.EDGES).merged() + " of its causal edges have the same ends as"
                    + " others, of which a node keeps one, and would be lost. Delete them first.");
        }
        Path made = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try (SqliteExport export = files.make(Kind.ALL)) {
            List<String> lost = ForeignContent.of(copy, export.file());
            if (!lost.isEmpty()) {
                throw new NotWrittenBack("The file has " + String.join(", ", lost) + ", which no node keeps, and"
                        + " which a new file would not have.");
            }
            Files.copy(export.file(), made);
            if (!Files.getOwner(made).equals(Files.getOwner(file))) {
                throw new NotWrittenBack("The file belongs to " + Files.getOwner(file).getName() + ", and a new one"
                        + " would be " + Files.getOwner(made).getName() + "'s, which its agents may not be able to"
                        + " write.");
            }
            keepRights(file, made);
            flush(made);
            Path backup = file.resolveSibling(file.getFileName() + ".before-write-back-" + NAME.format(Instant.now()));
            Files.copy(copy, backup, StandardCopyOption.COPY_ATTRIBUTES);
            flush(backup);
            checkSame(file, before, copy);
            DurableMove.move(made, file);
            return new WrittenBack(file.toString(), backup.toString(), export.episodes(), export.skills(),
                    export.links(), export.causalEdges(), export.leftOut(), export.embeddings());
        } finally {
            Files.deleteIfExists(made);
        }
    }

    private static void check(Path file) throws NotWrittenBack, IOException {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new NotWrittenBack(Files.exists(file) ? "The file is a link, which AgentDB does not replace"
                        + " either: attach what it leads to." : "There is no such file: run agentdb init first.");
            }
            for (String beside : List.of("-wal", "-journal", "-shm")) {
                if (Files.exists(Path.of(file + beside))) {
                    throw new NotWrittenBack("SQLite's " + file.getFileName() + beside + " is beside it, so a program"
                            + " has it open, or was killed" + END_THEM + ".");
                }
            }
            if (AttachedFile.isNative(file)) {
                throw new NotWrittenBack("The file is in WAL mode, so it can be kept in step while it is in use:"
                        + " attach it with the mode auto.");
            }
            if (Files.getLastModifiedTime(file).toInstant().isAfter(Instant.now().minus(QUIET))) {
                throw new NotWrittenBack("The file was changed within the last " + QUIET.toSeconds() + " seconds"
                        + END_THEM + ".");
            }
        } catch (NoSuchFileException e) {
            throw new NotWrittenBack("There is no such file: run agentdb init first.");
        }
    }

    /** Its bytes too: a program may set the times of what it writes. */
    private static void checkSame(Path file, String before, Path copy) throws NotWrittenBack, IOException {
        if (!Files.exists(file) || Files.mismatch(file, copy) != -1 || !before.equals(ReadOnlyFile.state(file))) {
            throw new NotWrittenBack("The file was changed meanwhile" + END_THEM + ".");
        }
    }

    private static void keepRights(Path file, Path made) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(file));
        }
    }

    private static void flush(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
