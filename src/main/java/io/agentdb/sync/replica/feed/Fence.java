package io.agentdb.sync.replica.feed;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far the feed can be read.
 *
 * @param xid transactions from this id on are not in the feed yet
 * @param age how long the oldest transaction that holds the fence back has been open; zero when none does. Of a
 *     transaction whose begin PostgreSQL does not tell: how long it has been seen here
 * @param behind what was committed longer ago than this is in the feed; where nothing is known, since the database's
 *     server started
 * @param holder the oldest of these transactions; null when there is none
 */
public record Fence(long xid, Duration age, Duration behind, @Nullable FenceHolder holder) {

    Fence heldBy(@Nullable FenceHolder by) {
        return new Fence(xid, age, behind, by);
    }
}
