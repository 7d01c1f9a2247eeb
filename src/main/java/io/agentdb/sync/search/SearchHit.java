package io.agentdb.sync.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentdb.sync.memory.MemoryRecord;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record that was found.
 *
 * @param kind the name of its kind
 * @param score how well it fits, from 0 to 1: comparable with others of the same search alone
 * @param by the ways in which it was found: words, meaning
 * @param similarity the cosine of what it means with what was asked, from -1 to 1; null where that is not known
 * @param excerpt where the words stand in it, plain text of at most {@value MemorySearch#EXCERPT} characters
 * @param origin the id of the node that has written its newest version
 * @param version which one that is, as {@code actor:counter}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchHit(String kind, UUID id, double score, List<String> by,
        @Nullable Double similarity, String excerpt, String origin, String version, MemoryRecord record) {
}
