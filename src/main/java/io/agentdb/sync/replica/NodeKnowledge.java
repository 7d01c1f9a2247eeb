package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.util.HashMap;
import java.util.Map;

/**
 * What this node knows of everybody's writes, its own included, and what it may tell of that. Each rule here is there because without
 * it a simulated schedule lost a write (docs/consistency.md). Thread-safe; blocks on the database.
 */
public final class NodeKnowledge {

    private final KnowledgeStore store;
    private final SetAside setAside;
    private final LocalNode self;

    public NodeKnowledge(KnowledgeStore store, SetAside setAside, LocalNode self) {
        this.store = store;
        this.setAside = setAside;
        this.self = self;
    }

    /** Everything that is here, whether applied or set aside: what nobody needs to send. */
    public Knowledge held(Kind kind, long fence) {
        return with(kind, fence, Long.MAX_VALUE);
    }

    /**
     * What a reader may take over once it has read this node's feed up to the fence: entries that were raised below it, since the rows
     * of later ones lie above; and of what was set aside here, nothing.
     */
    public Knowledge told(Kind kind, long fence) {
        return with(kind, fence, fence).cappedAt(setAside.floors(kind));
    }

    /** The same for a peer that was pushed to: it keeps its own side of an open conflict, so ours is not told as known. */
    public Knowledge uncontested(Kind kind, Knowledge told) {
        return told.cappedAt(setAside.floors(kind)).cappedAt(setAside.contested(kind));
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

    private Knowledge with(Kind kind, long fence, long changedBelow) {
        Map<Actor, Long> below = new HashMap<>();
        store.entries(kind).forEach((actor, entry) -> {
            if (entry.changedXid() < changedBelow) {
                below.put(actor, entry.xid());
            }
        });
        below.put(self.actor(), fence);
        return Knowledge.of(below);
    }
}
