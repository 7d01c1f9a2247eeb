package io.agentdb.sync.review.conflict;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One conflict without its versions' content.
 *
 * @param peer the node that the remote version came from
 * @param local which version was here, as {@code actor:counter}
 * @param remote which one came, likewise
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConflictRow(long id, String kind, UUID record, String peer, String strategy, String outcome, String local,
        String remote, Instant detectedAt, @Nullable Instant resolvedAt, @Nullable String resolution,
                @Nullable String resolvedBy) { }
