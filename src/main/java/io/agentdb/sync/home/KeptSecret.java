package io.agentdb.sync.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * A secret that the node makes once and keeps in a file that only its owner can read, so that nothing is open before
 * anyone has configured it.
 *
 * @param made whether it was made now
 */
public record KeptSecret(Path file, String secret, boolean made) {

    /** Marks a log event that tells one: whatever keeps or shows events elsewhere than in the log leaves it out. */
    public static final Marker TOLD = MarkerFactory.getMarker("SECRET_TOLD");

    private static final int BYTES = 24;

    /**
     * Reads it, or makes it.
     *
     * @throws UncheckedIOException naming the file that cannot be read or written
     */
    public static KeptSecret in(Path file) {
        try {
            boolean made = !Files.exists(file);
            if (made) {
                // Whole or not there: half a secret would be kept for ever.
                Path draft = OwnerOnly.file(file.resolveSibling(file.getFileName() + ".new"));
                Files.writeString(draft, random() + "\n");
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
            String secret = Files.readString(file).strip();
            if (secret.isEmpty()) {
                throw new IOException("it holds no secret: write one into it, or remove it to have another one made");
            }
            return new KeptSecret(file, secret, made);
        } catch (IOException e) {
            throw new UncheckedIOException("the node's own secret cannot be kept in " + file + " (" + e.getMessage()
                    + ")", e);
        }
    }

    /** 24 random bytes as text: more than anybody can guess. */
    public static String random() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "KeptSecret[" + file + "]";
    }
}
