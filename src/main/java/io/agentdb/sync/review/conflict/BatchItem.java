package io.agentdb.sync.review.conflict;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.revision.Revision;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became, or would become, of one conflict among many: either {@code becomes} or {@code left} says it.
 *
 * @param kind absent if there is no such conflict
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BatchItem(long conflict, @Nullable String kind, @Nullable UUID record, @Nullable Becomes becomes,
        @Nullable Left left) {

    private static final int FIELDS = 20;
    private static final int SHOWN = 120;

    /**
     * What the record becomes.
     *
     * @param version {@code actor:counter}; absent in a preview
     * @param differences of a preview: the first {@value #FIELDS} fields in which the sides differ, with texts cut
     *     after {@value #SHOWN} characters; GET /conflicts/{id} has all of them
     * @param omitted how many more differ
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Becomes(boolean deleted, @Nullable String version, @Nullable List<ConflictDifference> differences,
            @Nullable Integer omitted) { }

    /**
     * Why it stays as it is.
     *
     * @param reason for programs
     * @param current the record's present version, where that is the reason
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Left(String reason, String detail, @Nullable String current) { }

    static BatchItem previewed(LoggedConflict conflict, Revision becomes) {
        List<ConflictDifference> all = ConflictDifference.of(conflict);
        List<ConflictDifference> first = all.stream().limit(FIELDS).map(one -> new ConflictDifference(one.field(),
                cut(one.local()), cut(one.remote()), cut(one.result()))).toList();
        return of(conflict, new Becomes(becomes.deleted(), null, first,
                all.size() > FIELDS ? all.size() - FIELDS : null));
    }

    static BatchItem written(LoggedConflict conflict, Revision written) {
        return of(conflict, new Becomes(written.deleted(), ConflictResolution.name(written), null, null));
    }

    private static BatchItem of(LoggedConflict conflict, Becomes becomes) {
        return new BatchItem(conflict.id(), conflict.kind().name(), conflict.record(), becomes, null);
    }

    /** A thousand records of megabytes each would fill the memory. */
    private static @Nullable Object cut(@Nullable Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        String text = value instanceof Json json ? json.text() : value.toString();
        return text.codePointCount(0, text.length()) <= SHOWN ? value
                : text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "…";
    }
}
