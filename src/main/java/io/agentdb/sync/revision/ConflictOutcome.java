package io.agentdb.sync.revision;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What became of a conflict. */
public enum ConflictOutcome {
    /** Both sides go on with their own version until a person decides. */
    OPEN,
    LOCAL,
    REMOTE,
    /** A content that neither side had. */
    MERGED,
    /** It was open, and another conflict, or its outcome, took its place. */
    SUPERSEDED,
    /** It was open, and came to an end on another node. */
    ELSEWHERE;

    /** What a conflict can be when it is found; the others are what an open one can become. */
    public static final Set<ConflictOutcome> AT_FIRST = Set.copyOf(EnumSet.range(OPEN, MERGED));

    /** As the log, the API and the metrics name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ConflictOutcome> labelled(String label) {
        return Arrays.stream(values()).filter(outcome -> outcome.label().equals(label)).findFirst();
    }
}
