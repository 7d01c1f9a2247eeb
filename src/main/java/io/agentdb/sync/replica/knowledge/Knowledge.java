package io.agentdb.sync.replica.knowledge;

import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Per actor, up to which transaction of its own database a node has taken in everything of one kind: "all below this".
 *
 * <p>Not the highest counter seen: counters commit out of order, and a maximum would claim a version that is still in
 * flight. Immutable.
 *
 * @param below exclusive transaction ids
 */
public record Knowledge(SortedMap<Actor, Long> below) {

    public static final Knowledge NONE = new Knowledge(new TreeMap<>());

    public Knowledge {
        below = Collections.unmodifiableSortedMap(new TreeMap<>(below));
    }

    public static Knowledge of(Map<Actor, Long> below) {
        return below.isEmpty() ? NONE : new Knowledge(new TreeMap<>(below));
    }

    public boolean covers(Dot dot) {
        Long fence = below.get(dot.actor());
        return fence != null && dot.xid() < fence;
    }

    /**
     * Less of it: of that many actors at most, of that one in any case. Telling less is safe: it costs that what is
     * known comes again.
     */
    public Knowledge ofAtMost(int actors, Actor first) {
        if (below.size() <= actors) {
            return this;
        }
        Map<Actor, Long> some = new HashMap<>();
        Long fence = below.get(first);
        if (fence != null) {
            some.put(first, fence);
        }
        below.entrySet().stream().filter(entry -> !entry.getKey().equals(first)).limit(actors - some.size())
                .forEach(entry -> some.put(entry.getKey(), entry.getValue()));
        return of(some);
    }

    /** Less of it: nothing of those actors. */
    public Knowledge without(Set<Actor> actors) {
        if (actors.isEmpty()) {
            return this;
        }
        Map<Actor, Long> rest = new HashMap<>(below);
        rest.keySet().removeAll(actors);
        return of(rest);
    }

    /**
     * Less of it: per actor at most up to the floor. What a node has received but not applied it must not claim to
     * know; otherwise whoever learns from it never hears of that version from anyone.
     */
    public Knowledge cappedAt(Map<Actor, Long> floors) {
        if (floors.isEmpty()) {
            return this;
        }
        Map<Actor, Long> capped = new HashMap<>(below);
        floors.forEach((actor, floor) -> capped.computeIfPresent(actor, (key, fence) -> Math.min(fence, floor)));
        return of(capped);
    }
}
