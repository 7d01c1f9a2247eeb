package io.agentdb.sync.home;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Changes to directories that outlive a power cut. Thread-safe. */
public final class DurableMove {

    private DurableMove() {
    }

    /**
     * Moves within one directory and writes that directory through. Otherwise a new name may be forgotten while what
     * was written under it is not, and the next start would take a database with data in it for a draft.
     */
    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        // Windows opens no directories, and its file system journals names by itself.
        if (from.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel directory = FileChannel.open(to.getParent(), StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }
}
