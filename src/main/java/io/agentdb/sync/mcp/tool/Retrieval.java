package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.search.By;
import io.agentdb.sync.search.Match;
import io.agentdb.sync.search.MemorySearch;
import io.agentdb.sync.search.SearchHit;
import io.agentdb.sync.search.SearchPage;
import io.agentdb.sync.search.SearchQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** What an agent remembers of something: records that have some of its words, the best first. Thread-safe; blocks. */
@Component
class Retrieval {

    /** What {@code k} may be at most. */
    static final int MOST = SearchQuery.MOST;
    /** As AgentDB: the best so many, however near they are. */
    private static final double ANY_SIMILARITY = 0;

    /**
     * @param similarity the cosine of what it means with what was asked, where both are known; else how well its words
     *     fit compared with the best of the same search, which has 1
     */
    record Recalled(SearchHit hit, double similarity) {
    }

    /**
     * @param truncated whether only the newest of the records that have the words were compared
     * @param behind how many records were written so lately that they were not looked at
     * @param meaning whether records were found by their meaning, too, or why not
     */
    record Recollection(List<Recalled> records, boolean truncated, long behind, String meaning) {

        /** Says what it does not have. */
        Answer told(Answer answer) {
            if (behind > 0) {
                answer.line("(" + behind + " records were written so lately that they are not found yet)")
                        .with("notYetFound", behind);
            }
            answer.with("meaning", meaning);
            return truncated ? answer.with("onlyNewestCompared", true) : answer;
        }
    }

    private final MemorySearch search;

    Retrieval(MemorySearch search) {
        this.search = search;
    }

    /**
     * @param argument that has the words, of which the first thousand characters count
     * @param filters by their names in the kind's list
     */
    Recollection of(Given given, String argument, Set<Kind> kinds, Map<String, List<String>> filters, int k) {
        SearchPage page = find(argument, new SearchQuery(Preview.cut(given.text(argument), SearchQuery.LONGEST - 1),
                Match.ANY, By.BOTH, ANY_SIMILARITY, kinds, filters, k, null));
        double best = page.items().stream().mapToDouble(SearchHit::score).max().orElse(1);
        List<Recalled> records = new ArrayList<>();
        page.items().forEach(hit -> records.add(new Recalled(hit, hit.similarity() != null
                ? hit.similarity() : hit.score() / best)));
        return new Recollection(records, page.truncated(), page.behind(), page.meaning());
    }

    /** What is wrong with the words is said of the argument that has them. */
    private SearchPage find(String argument, SearchQuery query) {
        try {
            return search.find(query);
        } catch (InvalidInput e) {
            throw new InvalidInput(e.flaws().stream().map(flaw -> flaw.field().equals("q")
                    ? new InvalidInput.Flaw(argument, flaw.message()) : flaw).toList());
        }
    }

    /** The arguments {@code session_id}, {@code tags} and {@code node} where a tool has them. */
    static Map<String, List<String>> filters(Given given, List<String> names) {
        Map<String, List<String>> filters = new HashMap<>();
        if (names.contains("session_id")) {
            given.optionalText("session_id").ifPresent(session -> filters.put("sessionId", List.of(session)));
        }
        if (names.contains("tags") && !given.texts("tags").isEmpty()) {
            // As JSON: a tag may have a comma in it.
            filters.put("tags", List.of(JsonText.MAPPER.writeValueAsString(given.texts("tags"))));
        }
        if (names.contains("node")) {
            given.optionalText("node").ifPresent(node -> filters.put("node", List.of(node)));
        }
        return filters;
    }

    /** The record's fields as far as they are short, with where it comes from. */
    static Map<String, Object> fields(Recalled one) {
        Map<String, Object> fields = new LinkedHashMap<>(Preview.any(one.hit().record()));
        fields.put("similarity", rounded(one.similarity()));
        fields.put("foundBy", one.hit().by());
        fields.put("node", one.hit().origin());
        return fields;
    }

    static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
