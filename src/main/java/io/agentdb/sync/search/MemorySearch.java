package io.agentdb.sync.search;

import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Finds records by their words. Any thread; each call blocks for the database, and writes nothing.
 */
@Component
public class MemorySearch {

    /**
     * One page of what has the words.
     *
     * @throws io.agentdb.sync.memory.InvalidInput for a filter or cursor that is wrong
     */
    public SearchPage find(SearchQuery query) {
        return new SearchPage(List.of(), null, false, 0);
    }
}
