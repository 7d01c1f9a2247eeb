package io.agentdb.sync.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Directories that nobody but their owner may enter: they hold keys and a database without passwords. Thread-safe. */
final class OwnerOnly {

    private OwnerOnly() {
    }

    /** Creates the directory and its missing parents; one that is there keeps the permissions that it has. */
    static Path directory(Path directory) {
        try {
            boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
            FileAttribute<?>[] attributes = posix
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))}
                    : new FileAttribute<?>[0];
            return Files.createDirectories(directory, attributes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create the directory " + directory + ": " + e.getMessage(), e);
        }
    }
}
