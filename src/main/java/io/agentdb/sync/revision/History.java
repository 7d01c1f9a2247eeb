package io.agentdb.sync.revision;

import io.agentdb.sync.memory.Kind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a version's content came to be, as far as merging needs it; JSON as the database keeps it, read by who merges.
 *
 * @param fieldTimes see {@link FieldTimes}; null if the record was never updated
 * @param tallies see {@link SkillTallies}; null if all of it is the dot's actor's
 */
public record History(@Nullable String fieldTimes, @Nullable String tallies) {

    public static final History NONE = new History(null, null);

    /** Levels of nesting that are read: what releases to come may add needs no more, and each level takes stack. */
    public static final int DEPTH = 500;

    public static History of(@Nullable String fieldTimes, @Nullable String tallies) {
        return fieldTimes == null && tallies == null ? NONE : new History(fieldTimes, tallies);
    }

    /** @throws IllegalArgumentException if merging could not read it */
    public static History checked(@Nullable String fieldTimes, @Nullable String tallies, long hlc) {
        FieldTimes.parse(fieldTimes, hlc);
        if (tallies != null) {
            SkillTallies.parse(tallies);
        }
        return of(fieldTimes, tallies);
    }

    /**
     * The history of a version whose content goes on under a new dot: what was implied by the old dot is written out.
     *
     * @param asNew whether every field counts as written by the new dot
     */
    public static History carriedOver(Revision revision, boolean asNew) {
        if (revision.deleted()) {
            return NONE;
        }
        boolean counts = revision.kind() == Kind.SKILLS;
        return of(asNew ? null : FieldTimes.of(revision).json(), counts ? SkillTallies.of(revision).json() : null);
    }

    /** Whether the same actors made the same statistics, however it is written. */
    public boolean sameTallies(History other) {
        return Objects.equals(tallies, other.tallies)
                || tallies != null && other.tallies != null && SkillTallies.parse(tallies)
                .equals(SkillTallies.parse(other.tallies));
    }
}
