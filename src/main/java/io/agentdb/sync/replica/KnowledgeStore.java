package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.util.Map;

/** What this node knows of other actors' feeds. Calls belong to the caller's transaction, if there is one. */
public interface KnowledgeStore {

    /**
     * @param xid everything of the actor below it is here
     * @param changedXid this node's transaction that raised it
     */
    record Entry(long xid, long changedXid) { }

    Map<Actor, Entry> entries(Kind kind);

    /** Raises entries; one that is higher already stays. */
    void raise(Kind kind, Knowledge learnt);

    /** The highest feed position of a tombstone of this kind that was dropped here; 0 if none ever was. */
    long forgotten(Kind kind);
}
