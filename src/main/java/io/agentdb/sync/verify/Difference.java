package io.agentdb.sync.verify;

import io.agentdb.sync.replica.digest.RecordDigest;
import java.util.UUID;

/**
 * A record that is not the same on both sides.
 *
 * @param here the version that this node has, as {@code actor:counter}; null if it has none
 * @param there the peer's
 * @param repaired whether it is the same now; null if no repair was asked for
 */
public record Difference(String kind, UUID id, Type difference, String here, String there, Boolean repaired) {

    /** How a record differs. */
    public enum Type {
        ONLY_HERE,
        ONLY_THERE,
        VERSIONS_DIFFER,
        /** The same version with another content: nothing tells which side is right. */
        DAMAGED
    }

    /** @param here null if it is only there; {@code there} as well */
    static Difference of(String kind, RecordDigest here, RecordDigest there) {
        if (there == null) {
            return new Difference(kind, here.id(), Type.ONLY_HERE, version(here), null, null);
        }
        if (here == null) {
            return new Difference(kind, there.id(), Type.ONLY_THERE, null, version(there), null);
        }
        return new Difference(kind, here.id(), here.sameWrite(there) ? Type.DAMAGED : Type.VERSIONS_DIFFER, version(here), version(there),
                null);
    }

    Difference repaired(boolean now) {
        return new Difference(kind, id, difference, here, there, now);
    }

    private static String version(RecordDigest item) {
        return item.actor() + ":" + item.counter();
    }
}
