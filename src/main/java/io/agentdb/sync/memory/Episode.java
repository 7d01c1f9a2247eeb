package io.agentdb.sync.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * What an agent tried once, and what came of it. The components are the kind's columns in their order, after the id.
 *
 * @param ts when it happened
 * @param reward any finite number; AgentDB's are from 0 to 1
 * @param latencyMs milliseconds
 */
@Table("episodes")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Episode(@Id UUID id, Instant ts, String sessionId, String task, @Nullable String input,
        @Nullable String output,
        @Nullable String critique, @Nullable Double reward, @Nullable Boolean success, @Nullable Long latencyMs,
        @Nullable Long tokensUsed, @Nullable List<String> tags, @Nullable Json metadata, Instant createdAt)
        implements MemoryRecord {
}
