package io.agentdb.sync.version;

/**
 * Who writes: a node's short id and the incarnation of its database, as {@code node.incarnation}.
 *
 * <p>A database that was restored from a backup writes as a new incarnation; otherwise its next writes would carry dots
 * that peers have already seen on other content, and would be skipped as known.
 */
public record Actor(String name) implements Comparable<Actor> {

    private static final int INCARNATION = 8;

    /** @throws IllegalArgumentException if the name is not {@code node.incarnation} */
    public Actor {
        if (!fits(name)) {
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

    private static boolean fits(String name) {
        int dot = name.length() - INCARNATION - 1;
        if (dot < 0 || name.charAt(dot) != '.' || !NodeId.fits(name, dot)) {
            return false;
        }
        for (int i = dot + 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '2' || c > '7')) {
                return false;
            }
        }
        return true;
    }

    static String abbreviate(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
