package io.agentdb.sync.replica.apply;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.knowledge.Unapplied;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.version.VersionVector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Keeps both versions of every conflict. Called in the transaction that applies the outcome, so that neither is lost.
 */
public interface ConflictSink extends Unapplied {

    /** Open ones wait for a person: a set per record, in which a version takes the place of those that it knows. */
    void keep(NodeId peerNode, String strategy, List<Conflict> conflicts);

    /** Remote versions of these records that wait for a person. */
    Set<Waiting> undecided(Kind kind, Collection<UUID> ids);

    /** Closes the open conflicts whose remote version is known to what is here now. */
    void close(Kind kind, Map<UUID, VersionVector> here);
}
