package io.agentdb.sync.admission;

import java.time.Instant;
import java.util.Map;

/**
 * A credential as it is configured.
 *
 * @param name what its client is called in logs, limits and {@code GET /connections}
 * @param secret what the client shows, or {@code sha256:} and its hash
 * @param permissions see {@link Permissions#of}
 * @param expires from when on it is refused; null for never
 */
public record Token(String name, String secret, Map<String, String> permissions, Instant expires) {

    /** @throws IllegalArgumentException naming the token and what is wrong with it, never its secret */
    public Token {
        if (name == null || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new IllegalArgumentException("a token needs a name of 1 to 63 letters, digits, dots, dashes and underscores");
        }
        if (secret == null || secret.isBlank()) {
            throw new IllegalArgumentException("token '" + name + "' needs a secret, or sha256: and its hash");
        }
        try {
            Secret.configured(secret);
            Permissions.of(permissions);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("token '" + name + "': " + e.getMessage(), e);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "Token[" + name + "]";
    }
}
