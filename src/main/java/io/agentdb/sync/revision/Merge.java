package io.agentdb.sync.revision;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Merging;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One content out of two, field by field, each as its column declares ({@link Merging}). Each is a join of its own:
 * commutative, associative and idempotent, so that every order in which nodes meet gives the same.
 */
public final class Merge {

    /** The fields that only later releases know, all as one. */
    private static final String UNKNOWN = "unknown_fields";

    private final Kind kind;
    private final Revision a;
    private final Revision b;
    private final FieldTimes timesA;
    private final FieldTimes timesB;
    private final long base;
    private final Map<String, Long> times = new TreeMap<>();
    /** Of a skill; null for another kind. */
    private final @Nullable SkillTallies tallies;

    private Merge(Revision a, Revision b) {
        this.kind = a.kind();
        this.a = a;
        this.b = b;
        this.timesA = FieldTimes.of(a);
        this.timesB = FieldTimes.of(b);
        this.base = Math.max(timesA.base(), timesB.base());
        this.tallies = kind == Kind.SKILLS ? SkillTallies.of(a).join(SkillTallies.of(b)) : null;
    }

    /** Of two live versions of one record. */
    public static Decision.Merged of(Revision a, Revision b) {
        return new Merge(a, b).merged();
    }

    private Decision.Merged merged() {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < kind.columns().size(); i++) {
            values.add(value(kind.columns().get(i), a.fields().get(i), b.fields().get(i)));
        }
        note(UNKNOWN, Math.max(timesA.of(UNKNOWN), timesB.of(UNKNOWN)));
        String unknown = (String) later(UNKNOWN, a.fields().unknown(), b.fields().unknown());
        return new Decision.Merged(new Content(values, unknown),
                History.of(new FieldTimes(new TreeMap<>(times), base).json(), tallies == null ? null : tallies.json()));
    }

    private @Nullable Object value(Column column, @Nullable Object ours, @Nullable Object theirs) {
        String name = column.name();
        note(name, Math.max(timesA.of(name), timesB.of(name)));
        return switch (column.merging()) {
            case LATER, IDENTITY -> later(name, ours, theirs);
            case UNITED -> united((List<?>) ours, (List<?>) theirs);
            case BY_KEY -> byKey(name, (String) ours, (String) theirs);
            case ADDED_UP -> ours == null && theirs == null ? null : counted().uses();
            case WEIGHTED -> {
                Optional<Double> average = counted().average(name);
                yield average.isPresent() ? average.get() : later(name, ours, theirs);
            }
            case EARLIEST -> instant((Instant) ours, (Instant) theirs, true);
            case LATEST -> instant((Instant) ours, (Instant) theirs, false);
        };
    }

    private SkillTallies counted() {
        return Objects.requireNonNull(tallies, "only skills have columns that are counted");
    }

    private void note(String field, long time) {
        if (time != base) {
            times.put(field, time);
        }
    }

    /** The value that was written later; of two written at the same time the one that sorts higher, whoever asks. */
    private @Nullable Object later(String field, @Nullable Object ours, @Nullable Object theirs) {
        long timeA = timesA.of(field);
        long timeB = timesB.of(field);
        if (timeA != timeB) {
            return timeA > timeB ? ours : theirs;
        }
        Comparator<Object> order = Comparator.nullsFirst(Comparator.comparing(Object::toString));
        return order.compare(ours, theirs) >= 0 ? ours : theirs;
    }

    private static @Nullable List<?> united(@Nullable List<?> ours, @Nullable List<?> theirs) {
        if (ours == null || theirs == null || ours.equals(theirs)) {
            return ours == null ? theirs : ours;
        }
        Set<Object> both = new TreeSet<>(ours);
        both.addAll(theirs);
        return List.copyOf(both);
    }

    private static @Nullable Instant instant(@Nullable Instant ours, @Nullable Instant theirs, boolean earliest) {
        if (ours == null || theirs == null) {
            return ours == null ? theirs : ours;
        }
        return ours.isBefore(theirs) == earliest ? ours : theirs;
    }

    private @Nullable String byKey(String field, @Nullable String ours, @Nullable String theirs) {
        MetadataKeys keysA = MetadataKeys.of(ours, timesA, field);
        MetadataKeys keysB = MetadataKeys.of(theirs, timesB, field);
        // What has no keys cannot be merged by key: an object wins over it, so that no order of merging loses a key.
        if (keysA == null) {
            return keysB == null ? (String) later(field, ours, theirs) : keysB.noted(field, times).as(theirs);
        }
        if (keysB == null) {
            return keysA.noted(field, times).as(ours);
        }
        return keysA.join(keysB).noted(field, times).as(ours, theirs);
    }
}
