package io.agentdb.sync.postgres.embedded;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.agentdb.sync.home.OwnerOnly;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's programs for this machine, unpacked from the class path into a directory named after the archive's
 * checksum and length.
 *
 * <p>Thread-safe, and safe between processes: an unpacked directory appears complete or not at all.
 */
final class PostgresBinaries {

    private static final Logger log = LoggerFactory.getLogger(PostgresBinaries.class);

    /** Where each root's programs are, once known: telling it reads the whole archive. */
    private static final Map<Path, Path> KNOWN = new ConcurrentHashMap<>();

    private PostgresBinaries() {
    }

    /**
     * Returns the directory that has {@code bin} in it, after unpacking it (about two seconds) if it is not there, or
     * not there any more.
     */
    static Path unpack(Path root) {
        Path known = KNOWN.get(root);
        if (known != null && Files.isDirectory(known)) {
            return known;
        }
        Path unpacked = find(root);
        KNOWN.put(root, unpacked);
        return unpacked;
    }

    /** @throws NoDatabase if the class path has no PostgreSQL for this machine */
    static void require() {
        try (InputStream resource = open()) {
            log.trace("PostgreSQL's programs are on the class path: {}", resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On a Mac, whatever its processor, that for x86_64, which is for both. */
    private static InputStream open() throws IOException {
        String machine = System.getProperty("os.arch");
        try {
            return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), machine);
        } catch (IllegalStateException missing) {
            throw new NoDatabase(
                    "The node has no database: spring.datasource.url is not set, and no embedded PostgreSQL for "
                            + system() + " on " + machine + " is included here; a jar has that of the platform that"
                            + " built it, or, built with -Pall-platforms, of each, and container images have none",
                                    missing);
        }
    }

    private static Path find(Path root) {
        try (InputStream resource = open()) {
            byte[] archive = resource.readAllBytes();
            Path unpacked = OwnerOnly.directory(root).resolve(name(archive));
            if (!Files.isDirectory(unpacked)) {
                log.info("Unpacking PostgreSQL's programs to {}", unpacked);
                Path draft = Files.createTempDirectory(root, "unpacking-");
                PostgresArchive.extract(archive, draft);
                publish(draft, unpacked);
            }
            return unpacked;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack PostgreSQL to " + root + ": " + e.getMessage(), e);
        }
    }

    private static void publish(Path draft, Path unpacked) throws IOException {
        try {
            Files.move(draft, unpacked, ATOMIC_MOVE);
        } catch (IOException e) {
            Directories.delete(draft);
            if (!Files.isDirectory(unpacked)) {
                throw e;
            }
            log.debug("Another process unpacked {} first", unpacked);
        }
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("windows") ? "Windows" : name.startsWith("mac") ? "Darwin" : "Linux";
    }

    /** Tells one release's archive from another's, at each start: a cryptographic digest takes a third of a second. */
    private static String name(byte[] archive) {
        CRC32 checksum = new CRC32();
        checksum.update(archive);
        return "postgres-%08x-%d".formatted(checksum.getValue(), archive.length);
    }
}
