package io.agentdb.sync.quic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;

/** A token that the node makes once and keeps, so that it is not open before anyone has configured it. */
final class OwnToken {

    private static final int BYTES = 24;

    private OwnToken() {
    }

    static Path file(Path directory) {
        return directory.resolve("server-token");
    }

    /** Reads it, or makes it. @throws AccessFailure naming the file that cannot be read or written */
    static String in(Path directory) {
        Path file = file(directory);
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[BYTES];
                new SecureRandom().nextBytes(random);
                // Whole or not there: half a token would be kept for ever.
                Path draft = OwnerOnlyFile.create(directory.resolve("server-token.new"));
                Files.writeString(draft, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
            String token = Files.readString(file).strip();
            if (token.isEmpty()) {
                throw new AccessFailure(file + " holds no token: write one into it, or remove it to have another one made", null);
            }
            return token;
        } catch (IOException e) {
            throw new AccessFailure("the node's own token cannot be kept in " + file + " (" + e.getMessage()
                    + "): make it readable and writable, or set agentdb.server.tokens", e);
        }
    }
}
