package io.agentdb.sync.admission;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The token that clients have to show; open when none is configured. Thread-safe. */
public final class TokenGate {

    private final byte[] expected;

    /** @param token null or blank for none */
    public TokenGate(String token) {
        this.expected = token == null || token.isBlank() ? null : hash(token);
    }

    public boolean open() {
        return expected == null;
    }

    /** In constant time, over hashes: neither the token's characters nor its length can be measured. */
    public boolean admits(String token) {
        return expected == null || MessageDigest.isEqual(expected, hash(token == null ? "" : token));
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
