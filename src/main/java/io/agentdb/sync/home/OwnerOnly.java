package io.agentdb.sync.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What nobody but its owner may read, from its first moment on: keys, tokens, and a database without passwords.
 * Thread-safe.
 */
public final class OwnerOnly {

    private OwnerOnly() {
    }

    /** Creates the directory and its missing parents; one that is there keeps the permissions that it has. */
    public static Path directory(Path directory) {
        try {
            return Files.createDirectories(directory, only(directory, "rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create the directory " + directory + ": " + e.getMessage(), e);
        }
    }

    /** A new, empty file; one that is there is removed. */
    public static Path file(Path file) throws IOException {
        Files.deleteIfExists(file);
        return Files.createFile(file, only(file, "rw-------"));
    }

    private static FileAttribute<?>[] only(Path path, String permissions) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString(permissions))}
                : new FileAttribute<?>[0];
    }
}
