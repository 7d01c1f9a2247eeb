package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.knowledge.Unapplied;
import io.agentdb.sync.revision.Revision;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;

/**
 * Versions of this node that cannot be sent to anybody, as they fit into no frame or cannot be encoded. They are left
 * out of what is sent, and nobody is told that they are known: as a view of what is set aside, they have floors. A
 * record that changes has a new place in the feed, and is tried again there.
 */
public interface Unsent extends Unapplied {

    /** Whether that version has to be left out; notes it down if so. Idempotent. */
    boolean leavesOut(Revision revision);

    /** They are here: nothing waits for them. */
    @Override
    default Set<Waiting> waiting(Kind kind, Collection<UUID> ids) {
        return Set.of();
    }
}
