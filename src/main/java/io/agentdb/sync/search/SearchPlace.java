package io.agentdb.sync.search;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.memory.listing.PageToken;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of hits ended.
 *
 * @param until records from this transaction on have come after the first page, and are on none that follow
 * @param score of the last hit, which comes before others of the same score by the higher (xid, id)
 */
record SearchPlace(long until, double score, long xid, UUID id) {

    private static final String LIST = "search";

    /** Before all hits. */
    static SearchPlace first(long until) {
        return new SearchPlace(until, Double.POSITIVE_INFINITY, 0, new UUID(0, 0));
    }

    /** @throws io.agentdb.sync.memory.InvalidInput if this service gave no such token for this search */
    static @Nullable SearchPlace of(SearchQuery query) {
        return query.cursor() == null ? null : PageToken.parse(LIST, 5, parts -> read(query, parts), query.cursor());
    }

    String token(SearchQuery query) {
        return PageToken.of(LIST, asked(query), Long.toString(until), Double.toString(score), Long.toString(xid),
                id.toString());
    }

    private static SearchPlace read(SearchQuery query, List<String> parts) {
        double score = Double.parseDouble(parts.get(2));
        if (!parts.get(0).equals(asked(query)) || !Double.isFinite(score)) {
            throw new IllegalArgumentException("of another search");
        }
        return new SearchPlace(Long.parseLong(parts.get(1)), score, Long.parseLong(parts.get(3)),
                FieldLimits.uuid("cursor", parts.get(4)));
    }

    /** What was searched: with another question's place, a page would begin in the middle without a word. */
    private static String asked(SearchQuery query) {
        List<String> kinds = query.kinds().stream().map(Kind::name).sorted().toList();
        String whole = query.words() + '\0' + query.match() + query.by() + query.minSimilarity() + kinds
                + new TreeMap<>(query.filters());
        return Integer.toHexString(whole.hashCode());
    }
}
