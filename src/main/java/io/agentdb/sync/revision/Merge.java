package io.agentdb.sync.revision;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One content out of two, field by field; docs/consistency.md has the table. Each field is a join of its own: the later write wins, tags
 * are united, metadata goes key by key, and a skill's statistics are added up by who made them. Commutative, associative and
 * idempotent, so that every order in which nodes meet gives the same.
 */
public final class Merge {

    private static final Set<String> LATEST_OF_BOTH = Set.of("updated_at", "last_used_at");
    private static final String EARLIEST_OF_BOTH = "created_at";
    private static final String BY_KEY = "metadata";
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
    public static Decision.Write of(Revision a, Revision b) {
        return new Merge(a, b).merged();
    }

    private Decision.Write merged() {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < kind.columns().size(); i++) {
            values.add(value(kind.columns().get(i), a.fields().get(i), b.fields().get(i)));
        }
        note(UNKNOWN, Math.max(timesA.of(UNKNOWN), timesB.of(UNKNOWN)));
        String unknown = (String) later(timesA.of(UNKNOWN), a.fields().unknown(), timesB.of(UNKNOWN), b.fields().unknown());
        return new Decision.Write(new Content(values, unknown),
                History.of(new FieldTimes(new TreeMap<>(times), base).json(), tallies == null ? null : tallies.json()));
    }

    private @Nullable Object value(Column column, @Nullable Object ours, @Nullable Object theirs) {
        String name = column.name();
        note(name, Math.max(timesA.of(name), timesB.of(name)));
        if (name.equals(BY_KEY)) {
            return metadata((String) ours, (String) theirs);
        }
        if (tallies != null && name.equals(SkillTallies.USES)) {
            return ours == null && theirs == null ? null : tallies.uses();
        }
        Optional<Double> average = tallies != null && SkillTallies.AVERAGES.contains(name) ? tallies.average(name) : Optional.empty();
        if (average.isPresent()) {
            return average.get();
        }
        if (column.type() == Column.Type.TEXT_ARRAY) {
            return united((List<?>) ours, (List<?>) theirs);
        }
        if (name.equals(EARLIEST_OF_BOTH) || LATEST_OF_BOTH.contains(name)) {
            return instant((Instant) ours, (Instant) theirs, name.equals(EARLIEST_OF_BOTH));
        }
        return later(timesA.of(name), ours, timesB.of(name), theirs);
    }

    private void note(String field, long time) {
        if (time != base) {
            times.put(field, time);
        }
    }

    /** The value that was written later; of two written at the same time the one that sorts higher, whoever asks. */
    private static @Nullable Object later(long timeA, @Nullable Object ours, long timeB, @Nullable Object theirs) {
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

    private @Nullable String metadata(@Nullable String ours, @Nullable String theirs) {
        MetadataKeys keysA = MetadataKeys.of(ours, timesA, BY_KEY);
        MetadataKeys keysB = MetadataKeys.of(theirs, timesB, BY_KEY);
        // What has no keys cannot be merged by key: an object wins over it, so that no order of merging loses a key.
        if (keysA == null) {
            return keysB == null ? (String) later(timesA.of(BY_KEY), ours, timesB.of(BY_KEY), theirs)
                    : keysB.noted(BY_KEY, times).as(theirs);
        }
        if (keysB == null) {
            return keysA.noted(BY_KEY, times).as(ours);
        }
        return keysA.join(keysB).noted(BY_KEY, times).as(ours, theirs);
    }
}
