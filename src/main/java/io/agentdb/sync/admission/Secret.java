package io.agentdb.sync.admission;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The hash of a secret: what is kept in memory and compared, in constant time, so that neither the characters of the
 * secret nor its length can be measured. A plain hash, since tokens are long and random; a person's password would want
 * a slow one.
 */
public final class Secret {

    private static final String PREFIX = "sha256:";

    private final byte[] hash;

    private Secret(byte[] hash) {
        this.hash = hash;
    }

    /** Of a secret as a client shows it. */
    public static Secret of(String shown) {
        try {
            return new Secret(MessageDigest.getInstance("SHA-256").digest(shown.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * @param text a secret, or {@code sha256:} and its hash in hexadecimal
     * @throws IllegalArgumentException if that hash is none
     */
    public static Secret configured(String text) {
        if (!text.startsWith(PREFIX)) {
            return of(text);
        }
        String hex = text.substring(PREFIX.length());
        if (!hex.matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException("after sha256: come the 64 hexadecimal digits of the secret's hash");
        }
        return new Secret(HexFormat.of().parseHex(hex));
    }

    /** As it was kept. */
    public static Secret hashed(byte[] hash) {
        return new Secret(hash.clone());
    }

    /** SHA-256, to be kept. */
    public byte[] hash() {
        return hash.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(hash, secret.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
