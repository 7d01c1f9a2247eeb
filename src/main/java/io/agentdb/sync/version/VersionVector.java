package io.agentdb.sync.version;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A record's causal context: per actor, the highest counter that the record has seen. Immutable. */
public record VersionVector(SortedMap<Actor, Long> counters) {

    public static final VersionVector EMPTY = new VersionVector(new TreeMap<>());

    /** @throws IllegalArgumentException if a counter is not positive */
    public VersionVector {
        counters = Collections.unmodifiableSortedMap(counters instanceof TreeMap ? counters : new TreeMap<>(counters));
        for (Map.Entry<Actor, Long> entry : counters.entrySet()) {
            if (entry.getValue() <= 0) {
                throw new IllegalArgumentException(
                        "the counter of " + entry.getKey() + " is " + entry.getValue() + ", not positive");
            }
        }
    }

    public static VersionVector of(Map<Actor, Long> counters) {
        return new VersionVector(new TreeMap<>(counters));
    }

    public static VersionVector of(Dot dot) {
        return EMPTY.with(dot);
    }

    public boolean contains(Dot dot) {
        return contains(dot.write());
    }

    public boolean contains(Write write) {
        Long seen = counters.get(write.actor());
        return seen != null && seen >= write.counter();
    }

    public boolean contains(VersionVector other) {
        return other.counters.entrySet().stream()
                .allMatch(entry -> counters.getOrDefault(entry.getKey(), 0L) >= entry.getValue());
    }

    public VersionVector with(Dot dot) {
        TreeMap<Actor, Long> joined = new TreeMap<>(counters);
        joined.merge(dot.actor(), dot.counter(), Math::max);
        return new VersionVector(joined);
    }

    public VersionVector join(VersionVector other) {
        if (contains(other)) {
            return this;
        }
        TreeMap<Actor, Long> joined = new TreeMap<>(counters);
        other.counters.forEach((actor, counter) -> joined.merge(actor, counter, Math::max));
        return new VersionVector(joined);
    }
}
