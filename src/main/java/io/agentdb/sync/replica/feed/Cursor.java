package io.agentdb.sync.replica.feed;

import io.agentdb.sync.version.Actor;
import java.util.UUID;

/**
 * How far a reader has read one kind of one node's feed: everything at or below (xid, id) is read.
 *
 * @param feed the incarnation that the feed belongs to; a cursor of another incarnation means: read from the start
 */
public record Cursor(Actor feed, long xid, UUID id) implements Comparable<Cursor> {

    public static final UUID LOWEST = new UUID(0, 0);
    static final UUID HIGHEST = new UUID(-1, -1);

    public static Cursor start(Actor feed) {
        return new Cursor(feed, 0, LOWEST);
    }

    /** Everything below the fence is read. */
    public static Cursor below(Actor feed, long fence) {
        return new Cursor(feed, fence - 1, HIGHEST);
    }

    /** The further of two cursors on this one's feed. */
    public Cursor orFurther(Cursor other) {
        return other.feed.equals(feed) && other.compareTo(this) > 0 ? other : this;
    }

    /** In the feed's order; Postgres compares uuids as unsigned bytes, {@link UUID#compareTo} does not. */
    @Override
    public int compareTo(Cursor other) {
        int byXid = Long.compare(xid, other.xid);
        if (byXid != 0) {
            return byXid;
        }
        int high = Long.compareUnsigned(id.getMostSignificantBits(), other.id.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(id.getLeastSignificantBits(),
                other.id.getLeastSignificantBits());
    }
}
