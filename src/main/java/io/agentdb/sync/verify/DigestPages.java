package io.agentdb.sync.verify;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Message.ItemsAnswer;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.replica.digest.IdRange;
import io.agentdb.sync.replica.digest.RecordDigest;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The records of some ranges in the order of ids, one page at a time. What a page holds is checked: it may come from a
 * peer.
 */
final class DigestPages {

    private final Function<List<IdRange>, ItemsAnswer> source;
    private List<IdRange> rest;
    private Iterator<RecordDigest> page = List.<RecordDigest>of().iterator();

    /** @param ranges in the order of ids, none overlapping another */
    DigestPages(List<IdRange> ranges, Function<List<IdRange>, ItemsAnswer> source) {
        this.rest = ranges;
        this.source = source;
    }

    /**
     * Null at the end.
     *
     * @throws ProtocolException if the source lists what was not asked for
     */
    @Nullable RecordDigest next() {
        while (!page.hasNext() && !rest.isEmpty()) {
            ItemsAnswer answer = source.apply(rest);
            List<RecordDigest> items = answer.items();
            inside(rest, items);
            if (answer.more() && items.isEmpty()) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        "items_answer says that there is more, and has nothing");
            }
            rest = answer.more() ? IdRange.after(items.get(items.size() - 1).id(), rest) : List.of();
            page = items.iterator();
        }
        return page.hasNext() ? page.next() : null;
    }

    private static void inside(List<IdRange> ranges, List<RecordDigest> items) {
        UUID last = null;
        int range = 0;
        for (RecordDigest item : items) {
            if (last != null && IdRange.ORDER.compare(last, item.id()) >= 0) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        "items_answer is not in the order of ids at " + item.id());
            }
            last = item.id();
            while (range < ranges.size() && !ranges.get(range).contains(last)) {
                range++;
            }
            if (range == ranges.size()) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        "items_answer lists " + last + ", which was not asked for");
            }
        }
    }
}
