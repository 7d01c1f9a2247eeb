package io.agentdb.sync.version;

import java.util.Optional;

/**
 * The short name of a node: what stands before the dot in its actors. It becomes a directory's name and a label, hence
 * the narrow alphabet.
 */
public record NodeId(String name) {

    /** A regular expression. */
    public static final String SHAPE = "[a-z0-9][a-z0-9-]{0,30}";
    private static final int LONGEST = 31;

    /** @throws IllegalArgumentException if that can be no node's id */
    public NodeId {
        if (!fits(name, name.length())) {
            throw new IllegalArgumentException("not a node id (1 to 31 lower-case letters, digits and dashes): "
                    + Actor.abbreviate(name));
        }
    }

    /** Empty if that can be no node's id: then no node has it. */
    public static Optional<NodeId> parse(String text) {
        return fits(text, text.length()) ? Optional.of(new NodeId(text)) : Optional.empty();
    }

    /**
     * Whether what stands before {@code end} is of the {@link #SHAPE}, by hand: asked for each actor of each record.
     */
    static boolean fits(String text, int end) {
        if (end < 1 || end > LONGEST || text.charAt(0) == '-') {
            return false;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
