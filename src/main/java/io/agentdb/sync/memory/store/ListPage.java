package io.agentdb.sync.memory.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentdb.sync.memory.MemoryRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** @param next the token of the page that follows; null at the end */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ListPage<T extends MemoryRecord>(List<T> items, @Nullable String next) {
}
