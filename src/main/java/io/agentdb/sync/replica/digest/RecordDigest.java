package io.agentdb.sync.replica.digest;

import io.agentdb.sync.version.Actor;
import java.util.UUID;

/**
 * One live record in short: which version it has, and whether its content is what it should be.
 *
 * @param content the content's MD5, as 32 hexadecimal digits
 */
public record RecordDigest(UUID id, Actor actor, long counter, String content) {

    /** Whether both have the version that the same write made; their contents are then equal, unless one is damaged. */
    public boolean sameWrite(RecordDigest other) {
        return counter == other.counter && actor.equals(other.actor);
    }
}
