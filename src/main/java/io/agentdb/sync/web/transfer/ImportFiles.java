package io.agentdb.sync.web.transfer;

import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.home.OwnerOnly;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.web.problem.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Where what is imported waits until it is read: in a directory of this node's own, for its owner only, since it holds
 * somebody's memory. Thread-safe; blocks for the disk and for who sends.
 */
@Component
class ImportFiles {

    private static final Logger log = LoggerFactory.getLogger(ImportFiles.class);
    private static final String SUFFIX = ".import";
    /** Of a file that an import has made: no other may be removed. */
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.import");
    /** Bytes, and a share of the disk, that stay free: the node's database may be on the same. */
    private static final long RESERVE = 256L << 20;
    private static final int SHARE = 10;
    private static final int CHUNK = 64 << 10;
    /** Bytes after which it is looked again how much room there is: others take of it, too. */
    private static final long STRIDE = 4 << 20;
    /** Bytes below which it is looked at each chunk: as many as all others take within a stride. */
    private static final long NEAR = 64 << 20;

    private final Supplier<Path> where;
    private final ToLongFunction<FileStore> disk;
    private final long most;

    @Autowired
    ImportFiles(ImportSettings settings, NodeHome home, LocalNode self) {
        // Nodes on databases of their own may share a directory, and know nothing of each other's imports.
        this(() -> (settings.dir() == null ? home.directory().resolve("import") : Path.of(settings.dir()))
                .resolve(self.nodeId().name()), ImportFiles::disk,
                settings.maxSize() == null ? Long.MAX_VALUE : settings.maxSize().toBytes());
    }

    /**
     * @param disk bytes that imports may take of one
     * @param most of all that wait
     */
    ImportFiles(Path directory, ToLongFunction<FileStore> disk, long most) {
        this(() -> directory, disk, most);
    }

    private ImportFiles(Supplier<Path> where, ToLongFunction<FileStore> disk, long most) {
        this.where = where;
        this.disk = disk;
        this.most = most;
    }

    private Path directory() {
        return where.get();
    }

    /**
     * Takes all that is sent. The caller removes the file.
     *
     * @param announced its bytes as its sender says, at least; below zero if he does not
     * @param received is told how many there are so far, and may end it
     * @throws Refusal 507 if there is no room for it; then nothing of it stays
     */
    Path receive(UUID id, InputStream body, long announced, LongConsumer received) throws IOException {
        FileStore store = Files.getFileStore(place());
        long room = room(store);
        if (announced > room) {
            throw noRoom("What you send has " + (announced >> 20) + " MiB, and there is room for "
                    + (Math.max(0, room) >> 20) + " MiB");
        }
        Path file = OwnerOnly.file(directory().resolve(id + SUFFIX));
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] chunk = new byte[CHUNK];
            long count = 0;
            long left = room;
            for (int some = body.read(chunk); some >= 0; some = body.read(chunk)) {
                left -= some;
                if (left < NEAR || count / STRIDE != (count + some) / STRIDE) {
                    left = room(store) - some;
                }
                if (left < 0) {
                    throw noRoom("After " + (count >> 20) + " MiB there was no more room");
                }
                write(out, chunk, some, count);
                count += some;
                received.accept(count);
            }
            return file;
        } catch (IOException | RuntimeException e) {
            remove(file);
            throw e;
        }
    }

    /**
     * Bytes that there is room for now.
     *
     * @throws Refusal 507 if there is no directory for it, or if nobody can say how much room is there
     */
    long room() {
        try {
            return Math.max(0, room(Files.getFileStore(place())));
        } catch (IOException | UncheckedIOException e) {
            log.warn("It cannot be seen how much room there is in {}: {}", directory(), e.getMessage());
            throw noPlace("It cannot be seen how much room there is in the directory");
        }
    }

    private Path place() {
        try {
            return OwnerOnly.directory(directory());
        } catch (UncheckedIOException e) {
            log.warn("Nothing can be imported by way of {}: {}", directory(), e.getMessage());
            throw noPlace("There is no directory for imports, and the node cannot make");
        }
    }

    private void write(OutputStream out, byte[] chunk, int some, long before) throws IOException {
        try {
            out.write(chunk, 0, some);
        } catch (IOException e) {
            log.warn("An import's file cannot be written after {} bytes: {}", before, e.getMessage());
            throw noRoom("After " + (before >> 20) + " MiB nothing more could be written");
        }
    }

    void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("{} cannot be deleted: delete it by hand ({})", file, e.getMessage());
        }
    }

    /**
     * Removes what killed processes have left.
     *
     * @param living asks for the imports that are under way
     */
    void sweep(Supplier<Set<UUID>> living) {
        if (!Files.isDirectory(directory())) {
            return;
        }
        try (Stream<Path> all = Files.list(directory())) {
            List<Path> files = all.filter(file -> NAME.matcher(file.getFileName().toString()).matches()).toList();
            // Asked once they are listed: an import is known before its file is there.
            Set<String> stay = living.get().stream().map(id -> id + SUFFIX).collect(Collectors.toSet());
            files.stream().filter(file -> !stay.contains(file.getFileName().toString())).forEach(this::remove);
        } catch (IOException | UncheckedIOException e) {
            log.warn("{} cannot be looked through for what is left of imports: {}", directory(), e.getMessage());
        }
    }

    private Refusal noRoom(String what) {
        return refusal(what + " in " + directory() + " on the node. Nothing of it was kept and nothing imported. Make"
                + " room there, or set agentdb.import.dir to a directory that has some (and agentdb.import.max-size to"
                + " more, where it is set)");
    }

    private Refusal noPlace(String what) {
        return refusal(what + " " + directory() + ". Let the node read and write there, or set agentdb.import.dir to a"
                + " directory where it may");
    }

    private static Refusal refusal(String what) {
        return Refusal.of(HttpStatus.INSUFFICIENT_STORAGE, "no-room-for-import", what
                + "; lines of JSON need none if you wait for their end.");
    }

    private long room(FileStore store) throws IOException {
        long free = disk.applyAsLong(store);
        if (most == Long.MAX_VALUE) {
            return free;
        }
        try (Stream<Path> files = Files.list(directory())) {
            return Math.min(free, most - files.mapToLong(file -> file.toFile().length()).sum());
        }
    }

    private static long disk(FileStore disk) {
        try {
            return disk.getUsableSpace() - Math.min(RESERVE, disk.getTotalSpace() / SHARE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
