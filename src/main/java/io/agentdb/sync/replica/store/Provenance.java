package io.agentdb.sync.replica.store;

import io.agentdb.sync.version.Version;
import org.jspecify.annotations.Nullable;

/**
 * What all versions of a batch that is stored have in common.
 *
 * @param xid the transaction that stores
 * @param me this node's actor
 * @param peer the actor that the versions come from which this node did not write itself
 * @param interfered whether something on the table may interfere
 */
record Provenance(long xid, String me, String peer, boolean interfered) {

    /** Column {@code via}: null of what this node wrote itself. */
    @Nullable String of(Version version) {
        // Told as the peer's, an outcome that was made here would never be sent to it.
        return version.dot().actor().name().equals(me) ? null : peer;
    }
}
