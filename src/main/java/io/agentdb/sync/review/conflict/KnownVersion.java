package io.agentdb.sync.review.conflict;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version of a record, as far as this node still knows of it.
 *
 * @param version {@code actor:counter}
 * @param node that wrote it
 * @param writtenAt its hybrid time
 * @param deleted whether it is a delete
 * @param choice whether a person has picked it
 * @param present whether it is the one that is here now
 * @param via the node from which it came here; absent of what this node wrote, and of former versions
 * @param conflicts of the log in which it is, the newest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KnownVersion(String version, String node, Instant writtenAt, boolean deleted, boolean choice,
        boolean present, @Nullable String via, List<InConflict> conflicts) {

    /**
     * As what a version is in a conflict; GET /conflicts/{id} has its content.
     *
     * @param as {@code local}, {@code remote}, or {@code result} for what came of the two
     * @param resolution what a person picked; absent if none has decided
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record InConflict(long conflict, String as, String outcome, Instant detectedAt, @Nullable String resolution,
            @Nullable String resolvedBy) { }

    /**
     * Of one record, the newest first.
     *
     * @param more whether the log has more conflicts of the record than were looked at
     */
    public record VersionsOfRecord(List<KnownVersion> items, boolean more) { }
}
