package io.agentdb.sync.mcp.stdio;

import java.net.URI;
import java.util.Optional;

/**
 * A node's {@code /mcp}, and what to show to it.
 *
 * @param authorization the header's value; empty if there is nothing to show
 */
public record BridgedNode(URI endpoint, Optional<String> authorization) {

    /** Which one it is now. Thread-safe. */
    public interface Finder {

        /** @throws NoUse if there is none, with what to do */
        BridgedNode find() throws NoUse;
    }

    /** Nothing came back that could be passed on. The message says what to do. */
    public static final class NoUse extends Exception {

        private static final long serialVersionUID = 1L;

        public NoUse(String message) {
            super(message);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "BridgedNode[" + endpoint + "]";
    }
}
