package io.agentdb.sync.search;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.store.MemoryFilter;
import io.agentdb.sync.version.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filters of the kinds' lists, and {@code node}, for what is searched. */
final class SearchFilter {

    private static final String NODE = "node";

    private SearchFilter() {
    }

    /**
     * The kinds to search, each with its condition.
     *
     * @param kinds those that were asked for; none means: those that have all of the filters
     * @throws InvalidInput if a filter is wrong, or a kind that was asked for does not have it
     */
    static Map<Kind, Filter> of(Set<Kind> kinds, Map<String, List<String>> given) {
        Map<String, List<String>> filters = new HashMap<>(given);
        List<String> node = filters.remove(NODE);
        Map<Kind, Filter> chosen = new LinkedHashMap<>();
        List<InvalidInput> refusals = new ArrayList<>();
        for (Kind kind : SearchQuery.KINDS) {
            if (kinds.isEmpty() || kinds.contains(kind)) {
                try {
                    chosen.put(kind, by(node, MemoryFilter.of(kind, filters)));
                } catch (InvalidInput e) {
                    refusals.add(e);
                }
            }
        }
        if (chosen.isEmpty() || !kinds.isEmpty() && !refusals.isEmpty()) {
            throw refusals.get(0);
        }
        return chosen;
    }

    private static Filter by(@Nullable List<String> node, Filter filter) {
        if (node == null) {
            return filter;
        }
        if (node.size() != 1 || NodeId.parse(node.get(0)).isEmpty()) {
            throw new InvalidInput(NODE, "must be one node's id, as \"origin\" of a hit has it");
        }
        Map<String, Object> values = new HashMap<>(filter.values());
        values.put(NODE, node.get(0));
        return new Filter(filter.condition() + " and split_part(actor, '.', 1) = :node", values);
    }
}
