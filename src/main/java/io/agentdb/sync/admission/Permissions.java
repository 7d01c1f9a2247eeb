package io.agentdb.sync.admission;

import io.agentdb.sync.memory.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which kinds a client may read from this node, and which it may write to it. Immutable. */
public record Permissions(Set<Kind> read, Set<Kind> write) {

    public static final Permissions ALL = new Permissions(Set.copyOf(Kind.ALL), Set.copyOf(Kind.ALL));
    private static final String EVERY_KIND = "full";

    public Permissions {
        read = Set.copyOf(read);
        write = Set.copyOf(write);
    }

    /**
     * @param granted {@code read}, {@code write}, {@code both} or {@code none} by the name of a kind, or by
     *     {@code full} for every other one; null or empty for everything
     * @throws IllegalArgumentException naming what is not understood
     */
    public static Permissions of(@Nullable Map<String, String> granted) {
        if (granted == null || granted.isEmpty()) {
            return ALL;
        }
        granted.forEach((name, access) -> {
            if (!name.equals(EVERY_KIND) && Kind.named(name).isEmpty()) {
                throw new IllegalArgumentException("unknown kind '" + name
                        + "'; known are episodes, skills, edges and full");
            }
            if (!Set.of("read", "write", "both", "none").contains(access)) {
                throw new IllegalArgumentException("'" + access
                        + "' is no permission; known are read, write, both and none");
            }
        });
        return new Permissions(kinds(granted, "read"), kinds(granted, "write"));
    }

    /** What both allow. */
    public Permissions and(Permissions other) {
        return new Permissions(common(read, other.read), common(write, other.write));
    }

    private static Set<Kind> kinds(Map<String, String> granted, String access) {
        return Kind.ALL.stream().filter(kind -> List.of(access, "both")
                .contains(granted.getOrDefault(kind.name(), granted.getOrDefault(EVERY_KIND, "none"))))
                .collect(Collectors.toSet());
    }

    private static Set<Kind> common(Set<Kind> one, Set<Kind> other) {
        Set<Kind> common = new LinkedHashSet<>(one);
        common.retainAll(other);
        return common;
    }
}
