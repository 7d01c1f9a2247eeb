package io.agentdb.sync.version;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The short name of a node: what stands before the dot in its actors. It becomes a directory's name and a label, hence
 * the narrow alphabet.
 */
public record NodeId(String name) {

    /** A regular expression. */
    public static final String SHAPE = "[a-z0-9][a-z0-9-]{0,30}";
    private static final Pattern PATTERN = Pattern.compile(SHAPE);

    /** @throws IllegalArgumentException if that can be no node's id */
    public NodeId {
        if (!PATTERN.matcher(name).matches()) {
            throw new IllegalArgumentException("not a node id (1 to 31 lower-case letters, digits and dashes): "
                    + Actor.abbreviate(name));
        }
    }

    /** Empty if that can be no node's id: then no node has it. */
    public static Optional<NodeId> parse(String text) {
        return PATTERN.matcher(text).matches() ? Optional.of(new NodeId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return name;
    }
}
