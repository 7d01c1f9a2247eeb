package io.agentdb.sync.revision;

import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;

/** New dots of this node, for versions that resolving makes. Valid within the transaction that they were taken in. */
public interface Stamps {

    /**
     * @param seen what the new version replaces
     * @param after the hybrid time that it must sort after
     * @param choice see {@link Version#choice()}
     */
    Version next(VersionVector seen, long after, boolean choice);

    /** A new dot for a version that stays what it is: nobody wrote, so its time is the next after its own, not now. */
    Version again(Version version, VersionVector seen);
}
