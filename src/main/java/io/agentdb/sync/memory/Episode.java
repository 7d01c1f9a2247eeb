package io.agentdb.sync.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
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
public record Episode(@Id UUID id, Instant ts, String sessionId, String task, String input, String output,
        String critique, Double reward, Boolean success, Long latencyMs, Long tokensUsed, List<String> tags,
        Json metadata, Instant createdAt) implements MemoryRecord {
}
