package io.agentdb.sync.home;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to use a node's directory, held from {@link #acquire} to {@link #close} or the process's death: the
 * operating system frees it even after {@code kill -9}. Thread-safe; nothing here waits.
 */
public final class DirectoryLock implements AutoCloseable {

    private static final String FILE = "node.lock";
    /**
     * Asked before the file is opened. On POSIX systems closing any channel of a file frees all of the process's locks
     * on it: a second attempt in this JVM that opened the file and failed would free the first one's lock.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** Takes the directory, which must exist, or throws {@link DirectoryInUse}. */
    public static DirectoryLock acquire(Path directory) {
        try {
            Path real = directory.toRealPath();
            if (!HELD_HERE.add(real)) {
                throw new DirectoryInUse(directory);
            }
            FileChannel channel = null;
            try {
                channel = FileChannel.open(real.resolve(FILE), CREATE, WRITE);
                if (channel.tryLock() == null) {
                    throw new DirectoryInUse(directory);
                }
                return new DirectoryLock(real, channel);
            } catch (IOException | RuntimeException e) {
                if (channel != null) {
                    channel.close();
                }
                HELD_HERE.remove(real);
                throw e;
            }
        } catch (OverlappingFileLockException e) {
            throw new DirectoryInUse(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + directory + ": " + e.getMessage(), e);
        }
    }

    public boolean isHeld() {
        return channel.isOpen();
    }

    public boolean isFile(Path entry) {
        return entry.endsWith(FILE);
    }

    /** Frees the directory; does nothing the second time. */
    @Override
    public synchronized void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_HERE.remove(directory);
        }
    }
}
