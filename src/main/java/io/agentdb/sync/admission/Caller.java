package io.agentdb.sync.admission;

import io.agentdb.sync.version.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client, as its credentials name it.
 *
 * @param name of its token or certificate; what it is limited, shown and blocked by
 * @param proof of its token, which tells whether the token is still the one that it showed; null without a token
 * @param credentials the names of all that it showed, first the one that it goes by; empty if it had to show nothing
 * @param node the one node id that these may say; null for none in particular
 */
public record Caller(String name, Permissions permissions, @Nullable Secret proof, List<String> credentials,
        @Nullable NodeId node) {

    public Caller {
        credentials = List.copyOf(credentials);
    }

    /** Who had to show nothing. */
    public Caller(String name, Permissions permissions) {
        this(name, permissions, null, List.of(), null);
    }
}
