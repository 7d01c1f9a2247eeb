package io.agentdb.sync.version;

import java.util.regex.Pattern;

/**
 * Who writes: a node's short id and the incarnation of its database, as {@code node.incarnation}.
 *
 * <p>A database that was restored from a backup writes as a new incarnation; otherwise its next writes would carry dots
 * that peers have already seen on other content, and would be skipped as known.
 */
public record Actor(String name) implements Comparable<Actor> {

    private static final Pattern SHAPE = Pattern.compile(NodeId.SHAPE + "\\.[a-z2-7]{8}");

    /** @throws IllegalArgumentException if the name is not {@code node.incarnation} */
    public Actor {
        if (!SHAPE.matcher(name).matches()) {
            throw new IllegalArgumentException("not an actor (node.incarnation): " + abbreviate(name));
        }
    }

    public NodeId nodeId() {
        return new NodeId(name.substring(0, name.indexOf('.')));
    }

    @Override
    public int compareTo(Actor other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }

    static String abbreviate(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
