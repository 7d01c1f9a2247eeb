package io.agentdb.sync.verify;

import io.agentdb.sync.verify.Difference.Divergence;
import io.agentdb.sync.verify.RangeComparison.Totals;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What a comparison of one kind finds: all of it counted, as much as is shown named, as much as one run repairs
 * remembered.
 */
final class ComparisonResult {

    /** Named differences of a report. */
    static final int NAMED = 1_000;
    /** Records that one run repairs; what is left is found by the next. */
    private static final int REPAIRED_AT_ONCE = 100_000;

    private Totals totals = new Totals(0, 0);
    private final Map<Divergence, Long> counts = new EnumMap<>(Divergence.class);
    private final List<Difference> named = new ArrayList<>();
    private final Set<UUID> repairable = new LinkedHashSet<>();

    /** What was found before may not be so any more. */
    void beginAnew() {
        counts.clear();
        named.clear();
        repairable.clear();
    }

    void totals(Totals all) {
        totals = all;
    }

    void add(Difference difference) {
        counts.merge(difference.difference(), 1L, Long::sum);
        if (named.size() < NAMED) {
            named.add(difference);
        }
        // Of a damaged record neither side's version would be taken over by the other.
        if (difference.difference() != Divergence.DAMAGED && repairable.size() < REPAIRED_AT_ONCE) {
            repairable.add(difference.id());
        }
    }

    /** Of a comparison of everything. */
    Totals totals() {
        return totals;
    }

    long count(Divergence how) {
        return counts.getOrDefault(how, 0L);
    }

    List<Difference> named() {
        return named;
    }

    Set<UUID> repairable() {
        return repairable;
    }
}
