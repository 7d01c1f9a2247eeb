package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * This node's records in the order in which they became safe to read, (feed_xid, id), tombstones included.
 *
 * <p>Reads stop below the oldest open transaction; otherwise a late commit would appear behind a reader that has passed
 * it, and be skipped for ever. The fence is taken before the rows, never after. Thread-safe; may block on the database.
 */
public interface ChangeFeed {

    /** Every transaction with a lower id has ended. */
    long fence();

    /** The fence, and how far each kind goes below it. */
    Newest newest();

    /**
     * The id after the last transaction of the cluster that has ended; a cursor at or above it comes from another
     * future.
     */
    long horizon();

    /**
     * The records after {@code after} and below {@code fence} that the reader does not have: at most {@code records},
     * and about {@code bytes} of content, but at least one if there is one.
     */
    FeedPage read(Kind kind, Cursor after, long fence, Selection selection, Reader reader, int records, int bytes);

    /** How many records lie after {@code after} and below {@code fence} that the reader does not have. */
    long count(Kind kind, Cursor after, long fence, Selection selection, Reader reader);

    /**
     * Per kind, the actors that rows at or above {@code fence} have seen, but for new records of this node's own: what
     * was there of these actors may lie above the fence, or have been replaced by what does.
     */
    Map<Kind, Set<Actor>> seenAbove(Collection<Kind> kinds, long fence);

    default Set<Actor> seenAbove(Kind kind, long fence) {
        return seenAbove(List.of(kind), fence).getOrDefault(kind, Set.of());
    }

    /**
     * What {@link #read} leaves out because the reader knows it: the live records that lie below {@code fence}, in the
     * order of their ids.
     *
     * @param after the last id of the page before; null for the first
     */
    List<Claim> known(Kind kind, @Nullable UUID after, long fence, Reader reader, int records);
}
