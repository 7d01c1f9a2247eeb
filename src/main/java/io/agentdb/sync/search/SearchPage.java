package io.agentdb.sync.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of what was found, the best first.
 *
 * @param next the token of the page that follows; null at the end
 * @param truncated whether more records have the words than were ranked; then the newest of them were
 * @param behind how many records were not looked through, since their words are not noted down yet
 * @param meaning whether records were found by their meaning, too: ready, or why not: off, loading, no-model, failed
 * @param unembedded of how many records the meaning is not known yet, so that only their words were looked at
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchPage(List<SearchHit> items, @Nullable String next, boolean truncated, long behind,
        String meaning, long unembedded) {
}
