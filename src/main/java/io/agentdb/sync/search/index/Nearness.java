package io.agentdb.sync.search.index;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * How near vectors are to a question, in comparison with one another. Nobody changes its arrays.
 *
 * @param scores of each of the ids; more is nearer
 */
public record Nearness(UUID[] ids, float[] scores) {

    private static final int WIDER = 4;
    /** Each is read from the database: 8 MB of vectors. */
    private static final int MOST_AT_ONCE = 5_000;

    /** That of these records alone. */
    public Nearness among(Set<UUID> records) {
        int[] places = IntStream.range(0, ids.length).filter(i -> records.contains(ids[i])).toArray();
        UUID[] kept = new UUID[places.length];
        float[] of = new float[places.length];
        for (int i = 0; i < places.length; i++) {
            kept[i] = ids[places[i]];
            of[i] = scores[places[i]];
        }
        return new Nearness(kept, of);
    }

    /**
     * The nearest, and more and more of them until there are no others or the caller has enough.
     *
     * @param count how many at first
     * @param take is given those that it has not been given yet, the nearest first, and says whether it wants more
     */
    public void nearest(int count, Predicate<List<UUID>> take) {
        int shown = 0;
        for (int asked = count; shown < ids.length; asked = Math.min(asked * WIDER, asked + MOST_AT_ONCE)) {
            List<UUID> best = best(Math.min(asked, ids.length));
            List<UUID> others = best.subList(shown, best.size());
            shown = best.size();
            if (!take.test(others)) {
                return;
            }
        }
    }

    private List<UUID> best(int count) {
        // The worst of the best on top: most others are not looked at twice. Of equal ones the first stay, or what was
        // shown could come again.
        PriorityQueue<Integer> best = new PriorityQueue<>(count + 1,
                (a, b) -> scores[a] != scores[b] ? Float.compare(scores[a], scores[b]) : Integer.compare(b, a));
        float least = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] > least || best.size() < count) {
                best.add(i);
                if (best.size() > count) {
                    best.remove();
                    least = scores[best.element()];
                }
            }
        }
        List<UUID> found = new ArrayList<>(best.size());
        while (!best.isEmpty()) {
            found.add(ids[best.remove()]);
        }
        Collections.reverse(found);
        return found;
    }
}
