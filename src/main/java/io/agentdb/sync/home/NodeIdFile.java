package io.agentdb.sync.home;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.agentdb.sync.version.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * The id that an unnamed node was given once, in the file {@code node-id}.
 *
 * <p>Thread-safe, and safe between processes: two first starts at once agree on one id.
 */
final class NodeIdFile {

    private static final String FILE = "node-id";
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int RANDOM_CHARACTERS = 6;

    private NodeIdFile() {
    }

    /**
     * Blocks while another process creates the file. A file that does not hold an id is an
     * {@link IllegalStateException}.
     */
    static synchronized NodeId readOrCreate(Path directory) {
        Path file = directory.resolve(FILE);
        // Closing the channel frees the lock; the monitor stands in for it between threads, which a file lock cannot
        // part.
        try (FileChannel lock = FileChannel.open(directory.resolve(FILE + ".lock"), CREATE, WRITE)) {
            lock.lock();
            if (!Files.exists(file)) {
                write(file, random());
            }
            return read(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the node's id in " + file + ": " + e.getMessage(), e);
        }
    }

    /** The id that was given before; empty if none was, or if it cannot be read. */
    static Optional<String> existing(Path directory) {
        try {
            return Optional.of(Files.readString(directory.resolve(FILE)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Moves a complete file into place: a crash half-way must not leave a node with an empty name. */
    private static void write(Path file, String id) throws IOException {
        Path draft = file.resolveSibling(FILE + ".draft");
        Files.writeString(draft, id + "\n");
        try (FileChannel channel = FileChannel.open(draft, WRITE)) {
            channel.force(true);
        }
        DurableMove.move(draft, file);
    }

    private static NodeId read(Path file) throws IOException {
        String id = Files.readString(file).strip();
        return NodeId.parse(id).orElseThrow(() -> new IllegalStateException(
                file + " does not hold a node id (" + NodeSettings.ID_RULE + "): set agentdb.node.id"));
    }

    private static String random() {
        StringBuilder id = new StringBuilder("n");
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < RANDOM_CHARACTERS; i++) {
            id.append(BASE32.charAt(random.nextInt(BASE32.length())));
        }
        return id.toString();
    }
}
