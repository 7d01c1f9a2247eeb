package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.memory.input.Timestamps;
import io.agentdb.sync.memory.listing.PageToken;
import java.util.List;
import java.util.UUID;

/**
 * Where a page of records ended.
 *
 * @param key the last item's place in its kind's order
 */
public record Place(UUID id, String key) {

    static String after(Kind kind, MemoryRecord last) {
        return PageToken.of(kind.name(), last.id().toString(), PageOrder.key(last));
    }

    /** @throws io.agentdb.sync.memory.InvalidInput if this service made no such token for this kind */
    public static Place parse(Kind kind, String token) {
        return PageToken.parse(kind.name(), 2, parts -> read(kind, parts), token);
    }

    private static Place read(Kind kind, List<String> parts) {
        Place place = new Place(FieldLimits.uuid("id", parts.get(0)), FieldLimits.text("key", parts.get(1)));
        if (kind == Kind.EPISODES) {
            Timestamps.of("key", place.key());
        }
        return place;
    }
}
