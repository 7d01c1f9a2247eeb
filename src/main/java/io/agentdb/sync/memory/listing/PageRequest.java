package io.agentdb.sync.memory.listing;

import io.agentdb.sync.memory.InvalidInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a list, taken apart.
 *
 * @param filters what is left of them, for the list's own {@link Filter}
 */
public record PageRequest(int limit, Optional<String> cursor, Map<String, List<String>> filters) {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 500;

    /** @throws InvalidInput for a wrong limit */
    public static PageRequest of(Map<String, List<String>> parameters) {
        return of(parameters, DEFAULT_LIMIT, MAX_LIMIT);
    }

    /**
     * Of a list whose pages are dearer.
     *
     * @throws InvalidInput for a wrong limit
     */
    public static PageRequest of(Map<String, List<String>> parameters, int otherwise, int most) {
        Map<String, List<String>> filters = new LinkedHashMap<>(parameters);
        List<String> limit = filters.remove("limit");
        List<String> cursor = filters.remove("cursor");
        return new PageRequest(limit == null ? otherwise : limit(limit, most),
                Optional.ofNullable(cursor).map(given -> given.get(0)), filters);
    }

    private static int limit(List<String> given, int most) {
        String value = given.get(0);
        int limit = given.size() == 1 && value.matches("\\d{1,3}") ? Integer.parseInt(value) : 0;
        if (limit < 1 || limit > most) {
            throw new InvalidInput("limit", "must be one whole number from 1 to " + most);
        }
        return limit;
    }
}
