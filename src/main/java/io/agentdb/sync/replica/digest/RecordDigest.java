package io.agentdb.sync.replica.digest;

import io.agentdb.sync.version.Write;
import java.util.UUID;

/**
 * One live record in short: which version it has, and whether its content is what it should be.
 *
 * @param content the content's MD5, as 32 hexadecimal digits
 */
public record RecordDigest(UUID id, Write write, String content) {

    /** Whether both have the version that the same write made; their contents are then equal, unless one is damaged. */
    public boolean sameWrite(RecordDigest other) {
        return write.equals(other.write);
    }
}
