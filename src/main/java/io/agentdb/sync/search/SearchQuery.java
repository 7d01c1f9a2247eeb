package io.agentdb.sync.search;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to look for.
 *
 * @param words what somebody has typed, at most {@value #LONGEST} characters; whatever it is, it is no error of syntax
 * @param kinds of {@link #KINDS}; none means: those of them that have all of the filters
 * @param filters by their names, as in the kinds' lists: {@code sessionId}, {@code minReward}, …, and {@code node}, the
 *     id of the one that must have written the newest version
 * @param by what of the records
 * @param minSimilarity what a record's meaning must be near by at least, as a cosine, to be found by it
 * @param limit hits per page, from 1 to {@value #MOST}
 * @param cursor {@link SearchPage#next} of the page before; null for the first
 */
public record SearchQuery(String words, Match match, By by, double minSimilarity, Set<Kind> kinds,
        Map<String, List<String>> filters, int limit, @Nullable String cursor) {

    /** The kinds whose records have words. */
    public static final List<Kind> KINDS = List.of(Kind.EPISODES, Kind.SKILLS);
    public static final int LONGEST = 1_000;
    public static final int MOST = 100;
    /** Below, texts have no more to do with each other than any two. */
    public static final double NEAR = 0.2;

    /** @throws InvalidInput with all that is wrong: words, least similarity, limit, kinds, filters */
    public SearchQuery {
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        // What PostgreSQL cannot hold as text is in no record either.
        words = words.replaceAll("[\\x00\\p{Cs}]", " ");
        if (words.isBlank()) {
            flaws.add(new InvalidInput.Flaw("q", "is empty: say which words to look for"));
        }
        if (words.length() > LONGEST) {
            flaws.add(new InvalidInput.Flaw("q", "has " + words.length() + " characters, and may have " + LONGEST));
        }
        if (!(minSimilarity >= -1 && minSimilarity <= 1)) {
            flaws.add(new InvalidInput.Flaw("minSimilarity", "must be one number from -1 to 1"));
        }
        if (limit < 1 || limit > MOST) {
            flaws.add(new InvalidInput.Flaw("limit", "must be one whole number from 1 to " + MOST));
        }
        kinds = Set.copyOf(kinds);
        filters = Map.copyOf(filters);
        if (!KINDS.containsAll(kinds)) {
            flaws.add(new InvalidInput.Flaw("kind", "must be of " + KINDS + ": other kinds have no words"));
        } else {
            try {
                SearchFilter.of(kinds, filters);
            } catch (InvalidInput e) {
                flaws.addAll(e.flaws());
            }
        }
        if (!flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
    }

    /** By both, and of the meaning what is near. */
    public SearchQuery(String words, Match match, Set<Kind> kinds, Map<String, List<String>> filters, int limit,
            @Nullable String cursor) {
        this(words, match, By.BOTH, NEAR, kinds, filters, limit, cursor);
    }
}
