package io.agentdb.sync.web.request;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.search.By;
import io.agentdb.sync.search.Match;
import io.agentdb.sync.search.SearchQuery;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request says that it looks for: {@code q}, {@code match}, {@code by}, {@code minSimilarity}, and filters. */
public final class SearchParameters {

    private SearchParameters() {
    }

    /**
     * @param given all that it says but kinds, limit and cursor
     * @throws InvalidInput with what is wrong
     */
    public static SearchQuery query(Map<String, List<String>> given, Set<Kind> kinds, int limit,
            @Nullable String cursor) {
        Map<String, List<String>> filters = new LinkedHashMap<>(given);
        String words = once("q", filters.remove("q"));
        String match = once("match", filters.remove("match"));
        String by = once("by", filters.remove("by"));
        String least = once("minSimilarity", filters.remove("minSimilarity"));
        return new SearchQuery(words == null ? "" : words, match(match), by(by), least(least), kinds, filters, limit,
                cursor);
    }

    private static Match match(@Nullable String given) {
        if (given == null) {
            return Match.ALL;
        }
        return switch (given) {
            case "all" -> Match.ALL;
            case "any" -> Match.ANY;
            default -> throw new InvalidInput("match", "must be all or any, but is " + SafeText.quoted(given));
        };
    }

    private static By by(@Nullable String given) {
        return given == null ? By.BOTH : Arrays.stream(By.values())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(given)).findFirst()
                .orElseThrow(() -> new InvalidInput("by", "must be words, meaning or both, but is "
                        + SafeText.quoted(given)));
    }

    private static double least(@Nullable String given) {
        try {
            return given == null ? SearchQuery.NEAR : Double.parseDouble(given);
        } catch (NumberFormatException e) {
            throw new InvalidInput("minSimilarity", "must be one number from -1 to 1, but is "
                    + SafeText.quoted(given));
        }
    }

    private static @Nullable String once(String name, @Nullable List<String> given) {
        if (given != null && given.size() != 1) {
            throw new InvalidInput(name, "is given " + given.size() + " times");
        }
        return given == null ? null : given.get(0);
    }
}
