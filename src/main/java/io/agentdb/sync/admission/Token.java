package io.agentdb.sync.admission;

import io.agentdb.sync.version.NodeId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A credential as it is configured.
 *
 * @param name what its client is called in logs, limits and {@code GET /connections}; several secrets of one name are
 *     one client, so that one can be exchanged for the next
 * @param secret what the client shows, or {@code sha256:} and its hash
 * @param permissions see {@link Permissions#of}
 * @param expires from when on it is refused; null for never
 * @param node the one node id that its client may say, and nobody else; null for none in particular
 */
public record Token(String name, String secret, @Nullable Map<String, String> permissions, @Nullable Instant expires,
        @Nullable String node) {

    /** @throws IllegalArgumentException naming the token and what is wrong with it, never its secret */
    public Token {
        if (name == null || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new IllegalArgumentException(
                    "a token needs a name of 1 to 63 letters, digits, dots, dashes and underscores");
        }
        if (secret == null || secret.isBlank()) {
            throw new IllegalArgumentException("token '" + name + "' needs a secret, or sha256: and its hash");
        }
        requireNode("token '" + name + "'", node);
        try {
            Secret.configured(secret);
            Permissions.of(permissions);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("token '" + name + "': " + e.getMessage(), e);
        }
    }

    /**
     * @param whose for the message
     * @param node null for none
     * @throws IllegalArgumentException if that can be no node's id
     */
    public static void requireNode(String whose, @Nullable String node) {
        if (node != null && NodeId.parse(node).isEmpty()) {
            throw new IllegalArgumentException(whose + ": '" + node
                    + "' is no node id (1 to 31 lower-case letters, digits and dashes)");
        }
    }

    /** Null for none in particular. */
    @Nullable NodeId nodeId() {
        return node == null ? null : new NodeId(node);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "Token[" + name + "]";
    }
}
