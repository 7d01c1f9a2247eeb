package io.agentdb.sync.replica.digest;

import io.agentdb.sync.replica.feed.Cursor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ids from one up to another.
 *
 * @param lo the first id
 * @param hi the id after the last; null for all to the end
 */
public record IdRange(UUID lo, @Nullable UUID hi) {

    /** As Postgres compares uuids, and {@link UUID#compareTo} does not: by unsigned bytes. */
    public static final Comparator<UUID> ORDER = (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    };

    public static final IdRange ALL = new IdRange(Cursor.LOWEST, null);

    /** The range of one id. */
    public static IdRange only(UUID id) {
        return new IdRange(id, next(id));
    }

    public boolean contains(UUID id) {
        return ORDER.compare(lo, id) <= 0 && (hi == null || ORDER.compare(id, hi) < 0);
    }

    /** What is left of ranges in the order of ids, after an id. */
    public static List<IdRange> after(UUID id, List<IdRange> ranges) {
        UUID next = next(id);
        List<IdRange> rest = new ArrayList<>();
        for (IdRange range : ranges) {
            if (next != null && (range.hi == null || ORDER.compare(next, range.hi) < 0)) {
                rest.add(range.contains(next) ? new IdRange(next, range.hi) : range);
            }
        }
        return rest;
    }

    @Override
    public String toString() {
        return "from " + lo + (hi == null ? " to the end" : " to before " + hi);
    }

    /** Null after the last. */
    private static @Nullable UUID next(UUID id) {
        long low = id.getLeastSignificantBits() + 1;
        long high = id.getMostSignificantBits() + (low == 0 ? 1 : 0);
        return low == 0 && high == 0 ? null : new UUID(high, low);
    }
}
