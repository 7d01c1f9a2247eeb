package io.agentdb.sync.postgres.embedded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Takes PostgreSQL's programs out of their archive. It stands by itself because the libraries that it needs are not in
 * container images: a class that names them does not load there.
 */
final class PostgresArchive {

    private static final int ANY_EXECUTE_BIT = 0111;

    private PostgresArchive() {
    }

    static void extract(byte[] archive, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    path.toFile().setExecutable((entry.getMode() & ANY_EXECUTE_BIT) != 0 || isProgram(target, path));
                }
            }
        }
    }

    private static boolean isProgram(Path target, Path path) {
        return path.startsWith(target.resolve("bin"));
    }
}
