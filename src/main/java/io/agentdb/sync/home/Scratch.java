package io.agentdb.sync.home;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Files that are needed for a moment and hold what the memory holds: in the node's own directory and for its owner
 * only, not in everybody's temporary one. Thread-safe.
 */
@Component
public class Scratch {

    /** What a killed process has left is older; none is needed for so long. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final Path directory;

    public Scratch(NodeHome home) {
        this.directory = home.directory().resolve("scratch");
    }

    /** Where they are: whose disk has to have room for them. */
    public Path directory() {
        return OwnerOnly.directory(directory);
    }

    /** A new, empty file; who is given it deletes it. */
    public Path file() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory(), "*.sqlite")) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(ABANDONED))) {
                    Files.deleteIfExists(file);
                }
            }
        }
        return OwnerOnly.file(directory.resolve(UUID.randomUUID() + ".sqlite"));
    }
}
