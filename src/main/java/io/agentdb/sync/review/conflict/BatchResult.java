package io.agentdb.sync.review.conflict;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became, or would become, of many conflicts.
 *
 * @param id by which all of it can be taken back; absent if nothing was decided
 * @param decided how many; of a preview, how many would be; of what is taken back, how many are
 * @param left how many stay as they are; each item says why
 * @param more whether the filter has more than were looked at
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BatchResult(@Nullable UUID id, boolean preview, int decided, int left, boolean more,
        List<BatchItem> items) {

    static BatchResult of(@Nullable UUID id, boolean preview, boolean more, List<BatchItem> items) {
        int left = (int) items.stream().filter(item -> item.left() != null).count();
        return new BatchResult(items.size() > left ? id : null, preview, items.size() - left, left, more, items);
    }
}
