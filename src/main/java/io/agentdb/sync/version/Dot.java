package io.agentdb.sync.version;

/**
 * Which write made a version: the actor, its counter, and the transaction id on the actor's own database.
 *
 * <p>(actor, counter) identifies the {@link Write} (Almeida et al., "Scalable and Accurate Causality Tracking for
 * Eventually Consistent Stores", 2014); {@code xid} only places it on the actor's feed.
 */
public record Dot(Actor actor, long counter, long xid) {

    /** @throws IllegalArgumentException if a number is not positive */
    public Dot {
        if (counter <= 0 || xid <= 0) {
            throw new IllegalArgumentException("a dot's counter and xid are positive, not " + counter + " and " + xid);
        }
    }

    public Write write() {
        return new Write(actor, counter);
    }

    /** Whether both name the same write. */
    public boolean sameWrite(Dot other) {
        return counter == other.counter && actor.equals(other.actor);
    }
}
