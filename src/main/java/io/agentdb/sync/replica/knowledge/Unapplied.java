package io.agentdb.sync.replica.knowledge;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Write;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Versions that were received and not applied: in quarantine, or waiting for a person. */
public interface Unapplied {

    /** Which write of which record. */
    record Waiting(UUID id, Write write) { }

    /** Per kind and actor, the lowest transaction of a version that was set aside, or of ours that one waits beside. */
    Map<Kind, Map<Actor, Long>> floors(Collection<Kind> kinds);

    default Map<Actor, Long> floors(Kind kind) {
        return floors(List.of(kind)).getOrDefault(kind, Map.of());
    }

    /** Those of these records' versions that are set aside. */
    Set<Waiting> waiting(Kind kind, Collection<UUID> ids);

    /** One view of several stores. */
    static Unapplied of(Unapplied first, Unapplied second) {
        return new Unapplied() {
            @Override
            public Map<Kind, Map<Actor, Long>> floors(Collection<Kind> kinds) {
                Map<Kind, Map<Actor, Long>> lower = new HashMap<>(first.floors(kinds));
                second.floors(kinds).forEach((kind, floors) -> lower.merge(kind, floors, Unapplied::lower));
                return lower;
            }

            @Override
            public Set<Waiting> waiting(Kind kind, Collection<UUID> ids) {
                Set<Waiting> both = new HashSet<>(first.waiting(kind, ids));
                both.addAll(second.waiting(kind, ids));
                return both;
            }
        };
    }

    private static Map<Actor, Long> lower(Map<Actor, Long> a, Map<Actor, Long> b) {
        Map<Actor, Long> lower = new HashMap<>(a);
        b.forEach((actor, xid) -> lower.merge(actor, xid, Math::min));
        return lower;
    }
}
