package io.agentdb.sync.replica.knowledge;

import io.agentdb.sync.memory.Kind;

/** What this node knows of other actors' feeds. Calls belong to the caller's transaction, if there is one. */
public interface KnowledgeStore {

    /** Without this node's own writes. */
    Knowledge learnt(Kind kind);

    /** Raises entries; one that is higher already stays. */
    void raise(Kind kind, Knowledge learnt);

    /**
     * Forgets the actors of which nothing here tells any more: no record, tombstone or cursor, nothing that waits. What
     * they wrote may come again, and is then taken in as new. Not those that a dropped tombstone named: of these, what
     * comes again was deleted.
     *
     * @return how many
     */
    int forgetUnnamed(Kind kind);

    /** The highest feed position of a tombstone of this kind that was dropped here; 0 if none ever was. */
    long forgotten(Kind kind);
}
