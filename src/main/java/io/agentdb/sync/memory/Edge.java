package io.agentdb.sync.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * How two things hang together: a link between skills, or a causal edge. Either end may be something that is not here.
 * The components are the kind's columns in their order, after the id.
 *
 * @param id follows from the ends and the relationship: {@link Identity#edge}
 * @param fromType {@code skill}, {@code episode}, or any other word of AgentDB's
 */
@Table("edges")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Edge(@Id UUID id, String fromType, UUID fromId, String relationship, String toType, UUID toId,
        @Nullable Double weight, @Nullable Long coOccurrences, @Nullable Double similarity, @Nullable Double uplift,
        @Nullable Double confidence, @Nullable Long sampleSize, @Nullable Json evidenceIds,
        @Nullable Json experimentIds,
        @Nullable Double confounderScore, @Nullable String mechanism, @Nullable Json metadata,
        Instant createdAt, @Nullable Instant updatedAt) implements MemoryRecord {
}
