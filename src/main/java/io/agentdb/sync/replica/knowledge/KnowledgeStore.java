package io.agentdb.sync.replica.knowledge;

import io.agentdb.sync.memory.Kind;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What this node knows of other actors' feeds. Calls belong to the caller's transaction, if there is one. */
public interface KnowledgeStore {

    /** Of each of these kinds, without this node's own writes. */
    Map<Kind, Knowledge> learnt(Collection<Kind> kinds);

    default Knowledge learnt(Kind kind) {
        return learnt(List.of(kind)).getOrDefault(kind, Knowledge.NONE);
    }

    /** Raises entries; one that is higher already stays. */
    void raise(Map<Kind, Knowledge> learnt);

    /**
     * Forgets the actors of which nothing here tells any more: no record, tombstone or cursor, nothing that waits. What
     * they wrote may come again, and is then taken in as new. Not those that a dropped tombstone named: of these, what
     * comes again was deleted.
     *
     * @return how many
     */
    int forgetUnnamed(Kind kind);

    /** Per kind, the highest feed position of a tombstone that was dropped here; 0 if none ever was. */
    Map<Kind, Long> forgotten(Collection<Kind> kinds);

    default long forgotten(Kind kind) {
        return forgotten(List.of(kind)).getOrDefault(kind, 0L);
    }
}
