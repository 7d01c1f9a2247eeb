package io.agentdb.sync.search;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record with its place among others.
 *
 * @param by the ways in which it was found
 * @param similarity the cosine with the question, where it was compared
 */
record Ranked(Kind kind, SearchPlace place, Write version, List<By> by, @Nullable Double similarity) {

    /** Best first. */
    static final Comparator<Ranked> ORDER = Comparator.comparingDouble((Ranked one) -> one.place.score())
            .thenComparingLong(one -> one.place.xid()).thenComparing(one -> one.place.id().toString()).reversed();
    /**
     * Of reciprocal rank fusion (Cormack et al., 2009): the larger, the less the very first of one list count against
     * those that are good in both.
     */
    private static final int SMOOTHING = 60;

    UUID id() {
        return place.id();
    }

    /**
     * Lists that were ranked in different ways, as one: the places count, and not the scores, which cannot be
     * compared. What is first in all lists has the score 1.
     */
    static List<Ranked> fused(Collection<List<Ranked>> lists) {
        Map<UUID, Ranked> all = new LinkedHashMap<>();
        for (List<Ranked> list : lists) {
            for (int i = 0; i < list.size(); i++) {
                double points = (SMOOTHING + 1.0) / (SMOOTHING + 1 + i) / lists.size();
                all.merge(list.get(i).id(), list.get(i).scored(points), Ranked::and);
            }
        }
        return all.values().stream().sorted(ORDER).toList();
    }

    /** Whether it comes behind that place. */
    boolean isBehind(SearchPlace after) {
        return ORDER.compare(this, new Ranked(kind, after, version, by, null)) > 0;
    }

    private Ranked scored(double score) {
        return new Ranked(kind, new SearchPlace(place.until(), score, place.xid(), place.id()), version, by,
                similarity);
    }

    private Ranked and(Ranked other) {
        List<By> ways = new ArrayList<>(by);
        ways.addAll(other.by);
        return new Ranked(kind, scored(place.score() + other.place.score()).place, version, List.copyOf(ways),
                similarity == null ? other.similarity : similarity);
    }
}
