package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What this node knows of everybody's writes, its own included, and what it may tell of that. Thread-safe; blocks on the database. */
public final class NodeKnowledge {

    private final KnowledgeStore store;
    private final SetAside setAside;
    private final LocalNode self;

    public NodeKnowledge(KnowledgeStore store, SetAside setAside, LocalNode self) {
        this.store = store;
        this.setAside = setAside;
        this.self = self;
    }

    /**
     * Everything that is here, whether applied or set aside: what nobody needs to send.
     *
     * @param fence below which all of this node's own transactions have ended
     */
    public Knowledge held(Kind kind, long fence) {
        Map<Actor, Long> below = new HashMap<>(store.learnt(kind).below());
        below.put(self.actor(), fence);
        return Knowledge.of(below);
    }

    /**
     * What a peer may take over that has read everything below a fence. Nothing of what was received here and not applied, or whoever learns
     * from this node never hears of it from anyone. And nothing of actors whose versions may lie above the fence, or have been replaced by what
     * does: the reader has not got those yet, would say that it knows them, and if this node's database then went back in time, they
     * would never come.
     *
     * @param held as it was before the rows were read
     * @param above see {@link ChangeFeed#seenAbove}, as it is now
     */
    public Knowledge told(Kind kind, Knowledge held, Set<Actor> above) {
        return held.without(above).cappedAt(setAside.floors(kind));
    }

    /** Takes over what a peer told, whose feed has been read to the end. Of this node's own writes nobody can tell it anything. */
    public void learn(Kind kind, Knowledge told) {
        Map<Actor, Long> others = new HashMap<>(told.below());
        others.remove(self.actor());
        if (!others.isEmpty()) {
            store.raise(kind, Knowledge.of(others));
        }
    }

    /** See {@link KnowledgeStore#forgotten}. */
    public long forgotten(Kind kind) {
        return store.forgotten(kind);
    }
}
