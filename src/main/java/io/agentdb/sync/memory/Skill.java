package io.agentdb.sync.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * What an agent has learned to do. The components are the kind's columns in their order, after the id.
 *
 * @param id follows from the name: {@link Identity#skill}
 * @param successRate AgentDB's are from 0 to 1
 * @param avgLatencyMs milliseconds
 * @param createdFromEpisode may name an episode that is not here
 */
@Table("skills")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Skill(@Id UUID id, String name, @Nullable String description, @Nullable Json signature,
        @Nullable String code,
        @Nullable Double successRate, @Nullable Long uses, @Nullable Double avgReward, @Nullable Double avgLatencyMs,
        @Nullable List<String> tags, @Nullable Json metadata, @Nullable UUID createdFromEpisode,
        Instant createdAt, @Nullable Instant updatedAt, @Nullable Instant lastUsedAt) implements MemoryRecord {
}
